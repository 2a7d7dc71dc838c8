import { useQuery } from '@tanstack/react-query';
import { listAdminAgents } from '../api/agents.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { agentsKey } from '../sessions/use-agents.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AgentItem } from './agent-item.tsx';
import { ForAdministrators } from './for-administrators.tsx';

export function AdminAgentsPage() {
  useTitle('Agents');
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
      <PageHeader title="Agents" />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <p className="mb-3 max-w-3xl text-sm text-muted">
          Sessions with an agent begin with its corpora, as far as the person may read them, unless they have chosen
          others before. Who may use an agent is granted under Groups.
        </p>
        {query.isPending && <Skeleton lines={4} />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
        {query.data && (
          <ul aria-label="Agents" className="max-w-3xl divide-y divide-line rounded-xl border border-line bg-surface">
            {query.data.agents.map((agent) => (
              <AgentItem key={agent.agent_id} agent={agent} />
            ))}
          </ul>
        )}
      </main>
    </>
  );
}
