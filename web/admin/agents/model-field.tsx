import { useId } from 'react';
import type { AgentChoices } from '../../../src/contract/agents.ts';
import { named, t } from '../../i18n/translate.ts';
import { Field, TextInput } from '../../ui/field.tsx';

type ModelFieldProps = { model: string; choices: AgentChoices; onChange(model: string): void };

/** Which model answers: one that an endpoint lists, or any other where the environment's endpoint can be asked for it. */
export function ModelField({ model, choices, onChange }: ModelFieldProps) {
  const known = useId();
  return (
    <Field label={t('Model')} hint={hintOn(model, choices)}>
      {(id) => (
        <>
          <TextInput
            id={id}
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

function hintOn(model: string, { models, takes_other_models, default_model: label }: AgentChoices): string {
  if (models.length === 0) {
    return t('No model endpoint is set: answers are quotes from the documents, whatever stands here.');
  }
  if (model !== '' && !models.includes(model)) {
    return takes_other_models
      ? t('No endpoint lists this model: it is asked for at the one that the environment sets.')
      : t('No endpoint lists this model: {model} answers.', { model: named(label) });
  }
  return t('Its name at an endpoint. Empty: {model}.', { model: named(label) });
}
