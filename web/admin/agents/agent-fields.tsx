import {
  type AdminAgent,
  type AgentChoices,
  type AgentDefinition,
  limitBounds,
  maxInstructions,
} from '../../../src/contract/agents.ts';
import { named, t } from '../../i18n/translate.ts';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import { CorporaField } from './corpora-field.tsx';
import { ModelField } from './model-field.tsx';
import { PromptPreview } from './prompt-preview.tsx';
import { SubAgentsField } from './sub-agents-field.tsx';

type AgentFieldsProps = {
  definition: AgentDefinition;
  choices: AgentChoices;
  /** The agents that it may ask. */
  others: readonly AdminAgent[];
  onChange(changes: Partial<AgentDefinition>): void;
  isOnlySome: boolean;
  onOnlySome(isOnlySome: boolean): void;
  note: string;
  onNote(note: string): void;
};

/** The fields of an agent. */
export function AgentFields({
  definition,
  choices,
  others,
  onChange,
  isOnlySome,
  onOnlySome,
  note,
  onNote,
}: AgentFieldsProps) {
  return (
    <>
      <Field label={t('Name')} hint={t('What people choose it by.')}>
        {(id) => (
          <TextInput
            id={id}
            value={definition.name}
            maxLength={100}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('Description')} hint={t('One sentence for people, about what to ask it.')}>
        {(id) => (
          <TextInput
            id={id}
            value={definition.description}
            maxLength={300}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <div>
        <Field
          label={t('Instructions')}
          hint={t('What the model is told before each conversation; {count, number} of {max, number} characters.', {
            count: definition.instructions.length,
            max: maxInstructions,
          })}
        >
          {(id) => (
            <TextArea
              id={id}
              value={definition.instructions}
              rows={14}
              className="font-mono text-[0.8125rem] leading-relaxed"
              onChange={(event) => onChange({ instructions: event.target.value })}
            />
          )}
        </Field>
        <PromptPreview definition={definition} />
      </div>
      <ToolsField choices={choices} chosen={definition.tools} onChange={(tools) => onChange({ tools })} />
      <CorporaField
        chosen={definition.corpora}
        onChange={(corpora) => onChange({ corpora })}
        isOnlySome={isOnlySome}
        onOnlySome={onOnlySome}
      />
      <SubAgentsField
        others={others}
        chosen={definition.sub_agents ?? []}
        onChange={(sub_agents) => onChange({ sub_agents })}
      />
      <fieldset className="space-y-4">
        <legend className="mb-2 font-semibold">{t('Model and limits')}</legend>
        <ModelField model={definition.model} choices={choices} onChange={(model) => onChange({ model })} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t('Most model calls of a turn')}
            hint={t('Each search is one; beyond it the turn ends without an answer.')}
          >
            {(id) => (
              <NumberInput
                id={id}
                value={definition.max_steps}
                {...limitBounds.max_steps}
                onValue={(max_steps) => onChange({ max_steps })}
              />
            )}
          </Field>
          <Field
            label={t('Longest answer, in characters')}
            hint={t('Beyond it the answer is cut, and the turn says so.')}
          >
            {(id) => (
              <NumberInput
                id={id}
                value={definition.max_answer_chars}
                {...limitBounds.max_answer_chars}
                onValue={(max_answer_chars) => onChange({ max_answer_chars })}
              />
            )}
          </Field>
        </div>
      </fieldset>
      <Field
        label={t('Note on this version')}
        hint={t('What you changed, and why: it stands in the list of versions.')}
      >
        {(id) => <TextInput id={id} value={note} maxLength={200} onChange={(event) => onNote(event.target.value)} />}
      </Field>
    </>
  );
}

type ToolsFieldProps = {
  choices: AgentChoices;
  chosen: AgentDefinition['tools'];
  onChange(tools: AgentDefinition['tools']): void;
};

function ToolsField({ choices, chosen, onChange }: ToolsFieldProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-semibold">{t('Tools')}</legend>
      <p className="mb-2 text-sm text-muted">
        {t(
          'What it may do. Each works with the rights of whoever asks. Without any it answers from what the model knows.',
        )}
      </p>
      <ul className="space-y-1.5">
        {choices.tools.map(({ name, description }) => (
          <li key={name}>
            <label className="flex items-start gap-2.5 rounded-lg border border-line bg-surface px-3 py-2 text-sm">
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={({ target }) =>
                  onChange(target.checked ? [...chosen, name] : chosen.filter((tool) => tool !== name))
                }
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0">
                <code className="font-medium">{name}</code>
                <span className="mt-0.5 block text-xs wrap-anywhere text-muted">{named(description)}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

type NumberInputProps = { id: string; value: number; min: number; max: number; onValue(value: number): void };

/** An empty field is 0, which no bound takes. */
const NumberInput = ({ id, value, min, max, onValue }: NumberInputProps) => (
  <TextInput
    id={id}
    type="number"
    inputMode="numeric"
    min={min}
    max={max}
    step={1}
    value={value === 0 ? '' : value}
    onChange={(event) => onValue(Number(event.target.value))}
  />
);
