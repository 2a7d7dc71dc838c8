import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelEndpoint, ModelSettings } from '../../../../src/contract/model-endpoints.ts';
import { removeEndpoint } from '../../../api/model-endpoints.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { endpointName, keyWords } from './endpoint-words.ts';
import { modelSettingsKey } from './model-settings-key.ts';
import { ModelTest } from './model-test.tsx';
import { NamedBy } from './named-by.tsx';

/** Models that are shown before somebody asks for all of them. */
const shownAtFirst = 6;

/** One endpoint: where it is, what it serves, and whether that answers. */
export function EndpointCard({ endpoint, standing }: { endpoint: ModelEndpoint; standing: ModelSettings['default'] }) {
  const queryClient = useQueryClient();
  const [doing, setDoing] = useState<'change' | 'remove'>();
  const [isWhole, setWhole] = useState(false);
  const { id, models, is_read_only: isReadOnly } = endpoint;
  const name = endpointName(endpoint);
  const shown = isWhole ? models : models.slice(0, shownAtFirst);
  const remove = async () => {
    await removeEndpoint(id);
    await queryClient.invalidateQueries({ queryKey: modelSettingsKey });
  };
  return (
    <li aria-label={name} className="rounded-xl border border-line p-3 sm:p-4">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h3 className="min-w-0 font-medium wrap-anywhere">{name}</h3>
        {!isReadOnly && (
          <div className="flex gap-2">
            <Button onClick={() => setDoing('change')}>{t('Change')}</Button>
            <Button look="danger" onClick={() => setDoing('remove')}>
              {t('Remove')}
            </Button>
          </div>
        )}
      </div>
      <Facts
        of={{
          [t('Address')]: endpoint.base_url,
          [t('Key')]: keyWords(endpoint),
          [t('Cut-off answers')]: endpoint.continues ? t('Gone on with in mid-sentence') : t('Begun anew'),
          ...(endpoint.updated_at !== null && { [t('Changed')]: <Moment at={endpoint.updated_at} /> }),
        }}
      />
      {isReadOnly && (
        <p className="mt-2 text-sm text-muted">
          {t(
            'Change it with PERDURE_MODEL_BASE_URL, PERDURE_MODEL and PERDURE_MODEL_API_KEY, and start the server again.',
          )}
        </p>
      )}
      <h4 className="mt-3 text-sm font-medium">
        {t('{count, plural, one {Model} other {Models}}', { count: models.length })}
      </h4>
      {models.length === 0 && <p className="mt-1 text-sm text-muted">{t('None yet: it is asked for nothing.')}</p>}
      <ul className="mt-1 divide-y divide-line">
        {shown.map((model) => (
          <ModelTest
            key={model}
            endpointId={id}
            model={model}
            isDefault={standing.endpoint_id === id && standing.model === model}
          />
        ))}
      </ul>
      {shown.length < models.length && (
        <Button look="quiet" onClick={() => setWhole(true)}>
          {t('Show all {count, number} models', { count: models.length })}
        </Button>
      )}
      {doing === 'change' && <EndpointForm endpoint={endpoint} onClose={() => setDoing(undefined)} />}
      <Confirm
        open={doing === 'remove'}
        onOpenChange={(open) => !open && setDoing(undefined)}
        title={t('Remove “{name}”?', { name })}
        action={t('Remove endpoint')}
        onConfirm={remove}
      >
        {t(
          'Its key is deleted with it. Answers that are under way go on. An agent that names one of its models asks for it at another endpoint that lists it, or at the environment’s; where there is neither, the default model answers.',
        )}
        <NamedBy models={models} />
      </Confirm>
    </li>
  );
}
