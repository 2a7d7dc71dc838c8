import { useId } from 'react';
import type { AgentChoices } from '../../../src/contract/agents.ts';
import { named, t } from '../../i18n/translate.ts';
import { Field, TextInput } from '../../ui/field.tsx';

type ModelFieldProps = { model: string; choices: AgentChoices; onChange(model: string): void };

/** Which model answers: one that an endpoint lists, or any other where the environment's endpoint can be asked for it. */
export function ModelField({ model, choices, onChange }: ModelFieldProps) {
  const known = useId();
  return (
    <Field label={t('Model')} hint={hintOn(choices)} warning={warningOf(model, choices)}>
      {(id) => (
        <>
          <TextInput
            id={id}
            aria-describedby={`${id}-hint`}
            list={known}
            value={model}
            maxLength={200}
            placeholder={named(choices.default_model)}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={known}>
            {choices.models.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

const hintOn = ({ models, default_model: label }: AgentChoices): string =>
  models.length === 0
    ? t('No model endpoint is set: answers are quotes from the documents, whatever stands here.')
    : t('Its name at an endpoint. Empty: {model}.', { model: named(label) });

/** Of a name that no endpoint lists: it may be one that the environment's endpoint knows, or a mistyped one. */
function warningOf(model: string, { models, takes_other_models, default_model: label }: AgentChoices) {
  const name = model.trim();
  if (models.length === 0 || name === '' || models.includes(name)) return undefined;
  return takes_other_models
    ? t(
        'No endpoint lists this model, so it is asked for at the one that the environment sets. If it is not known there either, no answer comes: check the name.',
      )
    : t('No endpoint lists this model, so {model} answers in its place: check the name.', { model: named(label) });
}
