import { useQuery } from '@tanstack/react-query';
import { listAdminAgents } from '../../../api/agents.ts';
import { t } from '../../../i18n/translate.ts';
import { agentsKey } from '../../../sessions/use-agents.ts';
import { Failure } from '../../../ui/states.tsx';

/** The agents that name one of these models, with which: what is to be known before the models go. */
export function NamedBy({ models }: { models: readonly string[] }) {
  const query = useQuery({
    queryKey: [...agentsKey, 'all'],
    queryFn: ({ signal }) => listAdminAgents(signal),
    staleTime: 0,
    select: ({ agents }) => agents.filter(({ model }) => models.includes(model)),
  });
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} className="mt-3" />;
  if (!query.data || query.isFetching)
    return <p className="mt-3">{t('Looking for agents that name one of its models…')}</p>;
  const naming = query.data;
  if (naming.length === 0) return <p className="mt-3 text-ink">{t('No agent names one of its models.')}</p>;
  return (
    <div className="mt-3 text-ink">
      <p>
        {t('{count, plural, one {# agent names one of its models:} other {# agents name one of its models:}}', {
          count: naming.length,
        })}
      </p>
      <ul className="mt-1 list-disc ps-5">
        {naming.map(({ agent_id: id, name, model }) => (
          <li key={id} className="wrap-anywhere">
            <bdi className="font-medium">{name}</bdi> · <bdi>{model}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
