import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { fetchModelSettings } from '../../../api/model-endpoints.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Section } from '../../../ui/section.tsx';
import { Empty, Failure, Skeleton } from '../../../ui/states.tsx';
import { DefaultModelForm } from './default-model-form.tsx';
import { EndpointCard } from './endpoint-card.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { modelSettingsKey } from './model-settings-key.ts';

/** Where language models are asked, and which one answers. */
export function ModelsSection() {
  const query = useQuery({ queryKey: modelSettingsKey, queryFn: ({ signal }) => fetchModelSettings(signal) });
  const [adding, setAdding] = useState(false);
  const settings = query.data;
  return (
    <>
      {query.isPending && <Skeleton lines={6} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
      {settings && (
        <>
          <DefaultModelForm key={`${settings.default.endpoint_id} ${settings.default.model}`} settings={settings} />
          <Section
            title={t('Endpoints')}
            hint={t('Anything that speaks OpenAI’s chat completions: a provider, or a server of your own.')}
            actions={
              <Button onClick={() => setAdding(true)}>
                <Plus aria-hidden className="size-4" /> {t('Add endpoint')}
              </Button>
            }
          >
            {settings.endpoints.length === 0 ? (
              <Empty title={t('No endpoint yet.')}>
                {t('Until there is one, answers are quotes from the documents.')}
              </Empty>
            ) : (
              <ul className="space-y-3">
                {settings.endpoints.map((endpoint) => (
                  <EndpointCard key={endpoint.id} endpoint={endpoint} standing={settings.default} />
                ))}
              </ul>
            )}
          </Section>
          {adding && <EndpointForm onClose={() => setAdding(false)} />}
        </>
      )}
    </>
  );
}
