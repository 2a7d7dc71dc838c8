import { useQueryClient } from '@tanstack/react-query';
import { type AdminAgent, maxAgentCorpora } from '../../src/contract/agents.ts';
import { setAgentCorpora } from '../api/agents.ts';
import { useCorpora } from '../knowledge/use-corpora.ts';
import { agentsKey } from '../sessions/use-agents.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';

type AgentCorporaProps = { agent: AdminAgent; open: boolean; onOpenChange(open: boolean): void };

/** Chooses what sessions with an agent begin with. */
export function AgentCorpora({ agent, open, onOpenChange }: AgentCorporaProps) {
  const queryClient = useQueryClient();
  const query = useCorpora();
  const set = async (data: FormData) => {
    await setAgentCorpora(agent.agent_id, data.getAll('corpus').map(String));
    await queryClient.invalidateQueries({ queryKey: agentsKey });
  };
  const isSet = (id: string) => agent.default_corpora.some((corpus) => corpus.corpus_id === id);
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Corpora of ${agent.name}`}
      description={`Sessions opened from now on begin with these, at most ${maxAgentCorpora}; with none chosen, with all. Whoever may read none of them begins with no corpus.`}
      action="Save"
      onSubmit={set}
    >
      {query.isPending && <Skeleton lines={3} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="text-sm text-muted">There is no corpus yet.</p>}
      {query.data && (
        <fieldset className="max-h-72 overflow-y-auto">
          <legend className="sr-only">Corpora</legend>
          {query.data.map((corpus) => (
            <label key={corpus.id} className="flex min-h-9 items-center gap-2.5 text-sm">
              <input
                type="checkbox"
                name="corpus"
                value={corpus.id}
                defaultChecked={isSet(corpus.id)}
                className="size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0 wrap-anywhere">
                {corpus.name}
                {corpus.archived_at !== null && <span className="ml-2 text-xs text-muted">archived</span>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </FormDialog>
  );
}
