import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { listAdminAgents } from '../../api/agents.ts';
import { t } from '../../i18n/translate.ts';
import { agentsKey } from '../../sessions/use-agents.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ForAdministrators } from '../for-administrators.tsx';
import { AgentDefaults } from './agent-defaults.tsx';
import { AgentItem } from './agent-item.tsx';

export function AdminAgentsPage() {
  useTitle(t('Agents'));
  return (
    <ForAdministrators>
      <Agents />
    </ForAdministrators>
  );
}

function Agents() {
  const query = useQuery({
    queryKey: [...agentsKey, 'all'],
    queryFn: ({ signal }) => listAdminAgents(signal),
  });
  return (
    <>
      <PageHeader title={t('Agents')}>
        <Link
          to="/admin/agents/new"
          className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm font-medium hover:bg-hover"
        >
          <Plus aria-hidden className="size-4" /> {t('New agent')}
        </Link>
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <p className="mb-3 max-w-3xl text-sm text-muted">
          {t(
            'An agent is whom a session talks to: its instructions, its tools, and the corpora it begins with. Each save is a version of its own, and answers from the next question on.',
          )}
        </p>
        {query.isPending && <Skeleton lines={4} />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
        {query.data && (
          <ul
            aria-label={t('Agents')}
            className="max-w-3xl divide-y divide-line rounded-xl border border-line bg-surface"
          >
            {query.data.agents.map((agent) => (
              <AgentItem key={agent.agent_id} agent={agent} />
            ))}
          </ul>
        )}
        <AgentDefaults />
      </main>
    </>
  );
}
