import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { fetchAgentVersion, listAdminAgents } from '../../api/agents.ts';
import { t } from '../../i18n/translate.ts';
import { agentsKey } from '../../sessions/use-agents.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ForAdministrators } from '../for-administrators.tsx';
import { AgentBuilder } from './agent-builder.tsx';

export function AdminAgentPage() {
  return (
    <ForAdministrators>
      <Agent />
    </ForAdministrators>
  );
}

function Agent() {
  const { agentId } = useParams({ from: '/shell/admin/agents/$agentId' });
  const agent = useQuery({
    queryKey: [...agentsKey, 'one', agentId],
    queryFn: ({ signal }) => fetchAgentVersion(agentId, undefined, signal),
  });
  const list = useQuery({ queryKey: [...agentsKey, 'all'], queryFn: ({ signal }) => listAdminAgents(signal) });
  useTitle(agent.data?.definition.name ?? t('Agent'));
  const isThere = list.data?.agents.some((each) => each.agent_id === agentId);
  const failed = [agent, list].find(({ error }) => error !== null);
  if (agent.data && list.data && isThere) {
    const { agents, choices } = list.data;
    return <AgentBuilder key={agentId} agentId={agentId} saved={agent.data} agents={agents} choices={choices} />;
  }
  return (
    <>
      <PageHeader title={failed && t('Agent')} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        {failed ? <Failure error={failed.error} onRetry={() => void failed.refetch()} /> : <Skeleton lines={8} />}
      </main>
    </>
  );
}
