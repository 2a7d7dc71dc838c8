import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { builtIn, type DefaultModel, type ModelSettings } from '../../../../src/contract/model-endpoints.ts';
import { chooseDefaultModel } from '../../../api/model-endpoints.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, Select } from '../../../ui/field.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failure } from '../../../ui/states.tsx';
import { endpointName } from './endpoint-words.ts';
import { modelSettingsKey } from './model-settings-key.ts';

const valueOf = (endpointId: string, model: string) => JSON.stringify([endpointId, model]);

/** Which model answers where nothing else is said. */
export function DefaultModelForm({ settings }: { settings: ModelSettings }) {
  const queryClient = useQueryClient();
  const standing = valueOf(settings.default.endpoint_id, settings.default.model);
  const [chosen, setChosen] = useState(standing);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const [endpoint_id, model] = JSON.parse(chosen) as [DefaultModel['endpoint_id'], string];
    setBusy(true);
    setError(undefined);
    try {
      await chooseDefaultModel({ endpoint_id, model });
      await queryClient.invalidateQueries({ queryKey: modelSettingsKey });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title={t('Default model')}
      hint={t('It answers from the next question on. Answers that are under way go on as they began.')}
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-wrap items-end gap-2">
        <div className="min-w-0">
          <Field label={t('Model')}>
            {(id) => (
              <Select id={id} value={chosen} onChange={(event) => setChosen(event.target.value)} className="max-w-full">
                <option value={valueOf(builtIn, builtIn)}>{t('Quotes from the documents (no model)')}</option>
                {settings.endpoints.map((endpoint) => (
                  <optgroup key={endpoint.id} label={endpointName(endpoint)}>
                    {endpoint.models.map((model) => (
                      <option key={model} value={valueOf(endpoint.id, model)}>
                        {model}
                      </option>
                    ))}
                  </optgroup>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Button type="submit" look="primary" busy={busy} disabled={chosen === standing}>
          {t('Use this model')}
        </Button>
      </form>
      {error !== undefined && <Failure error={error} className="mt-3" />}
    </Section>
  );
}
