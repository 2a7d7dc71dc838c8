import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import type { AdminAgent, AgentChoices, AgentDefinition, AgentVersionDetail } from '../../../src/contract/agents.ts';
import { createAgent, saveAgent } from '../../api/agents.ts';
import { t } from '../../i18n/translate.ts';
import { useCorpora } from '../../knowledge/use-corpora.ts';
import { useServices } from '../../services.tsx';
import { agentsKey } from '../../sessions/use-agents.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/states.tsx';
import { AgentActions } from './agent-actions.tsx';
import { AgentFields } from './agent-fields.tsx';
import { whatIsMissing } from './what-is-missing.ts';
import { SavedByAnother } from './saved-by-another.tsx';
import { TestBench } from './test-bench.tsx';
import { benchKey, useUnsavedAgent } from './use-unsaved-agent.ts';

type AgentBuilderProps = {
  /** Missing for one that is new. */
  agentId?: string;
  /** The newest version; of a new agent what it begins as. */
  saved: { version: number; definition: AgentDefinition } & Partial<AgentVersionDetail>;
  /** All that are there. */
  agents: readonly AdminAgent[];
  choices: AgentChoices;
  /** Under which the text of a new agent is kept. */
  newKey?: string;
};

/** What an agent is, to be changed, with a bench beside it that tries out what stands in the form. */
export function AgentBuilder({ agentId, saved, agents, choices, newKey = 'new' }: AgentBuilderProps) {
  const facts = agents.find((agent) => agent.agent_id === agentId);
  const others = agents.filter((agent) => agent.agent_id !== agentId);
  const key = agentId ?? newKey;
  const form = useUnsavedAgent(key, saved);
  const { current, isChanged, isOvertaken } = form;
  const formId = useId();
  const corpora = useCorpora();
  const isThere = (id: string) => corpora.data?.some((corpus) => corpus.id === id) ?? true;
  const { corpora: named, sub_agents: asked = [], ...rest } = current.definition;
  const subAgents = asked.filter((id) => others.some((agent) => agent.agent_id === id));
  const definition: AgentDefinition = {
    ...rest,
    corpora: named.filter(isThere),
    ...(subAgents.length > 0 && { sub_agents: subAgents }),
  };
  const [isOnlySome, setOnlySome] = useState(current.definition.corpora.length > 0);
  const missing = whatIsMissing(definition, isOnlySome);
  const { save, busy, error } = useSave({ agentId, newKey, definition, current, onSaved: form.saved });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing === undefined) void save();
  };
  return (
    <>
      <PageHeader title={agentId ? saved.definition.name : t('New agent')}>
        {agentId && facts && <AgentActions agentId={agentId} facts={facts} />}
      </PageHeader>
      <main className="flex min-h-0 flex-1 flex-col overflow-y-auto xl:flex-row xl:overflow-hidden">
        <div className="min-w-0 flex-1 px-4 py-4 sm:px-6 xl:overflow-y-auto">
          <p className="mb-4 flex flex-wrap gap-x-4 gap-y-1 text-sm">
            <Link to="/admin/agents" className="link">
              {t('All agents')}
            </Link>
            {agentId && (
              <Link to="/admin/agents/$agentId/versions" params={{ agentId }} className="link">
                {t('Versions ({version})', { version: saved.version })}
              </Link>
            )}
            {facts?.is_builtin && (
              <span className="text-muted">
                {saved.is_delivered
                  ? t('Comes with Perdure, and follows it until you change it.')
                  : t('Comes with Perdure, and was changed here.')}
              </span>
            )}
            {facts && !facts.is_active && <span className="text-warn">{t('Switched off: nobody can use it.')}</span>}
          </p>
          {isOvertaken && <SavedByAnother saved={saved} mine={definition} onKeep={form.keepOver} onDrop={form.drop} />}
          <form id={formId} onSubmit={submit} className="max-w-2xl space-y-5" aria-label={t('Agent')}>
            <AgentFields
              definition={current.definition}
              choices={choices}
              others={others}
              onChange={form.change}
              isOnlySome={isOnlySome}
              onOnlySome={setOnlySome}
              note={current.note}
              onNote={form.setNote}
            />
            {error !== undefined && <Failure error={error} />}
            <div className="sticky -bottom-4 -mx-1 flex flex-wrap items-center gap-2 border-t border-line bg-canvas px-1 py-3">
              <Button
                type="submit"
                look="primary"
                busy={busy}
                disabled={missing !== undefined || isOvertaken || (agentId !== undefined && !isChanged)}
              >
                {agentId ? t('Save as a new version') : t('Make agent')}
              </Button>
              {isChanged && <Button onClick={form.drop}>{t('Drop changes')}</Button>}
              <span role="status" className="text-sm text-muted">
                {missing ?? (isChanged ? t('Not saved yet; kept in this browser.') : '')}
              </span>
            </div>
          </form>
        </div>
        <TestBench agentKey={key} definition={definition} isFit={missing === undefined} />
      </main>
    </>
  );
}

function useSave({
  agentId,
  newKey,
  definition,
  current,
  onSaved,
}: {
  agentId: string | undefined;
  newKey: string;
  definition: AgentDefinition;
  current: { baseVersion: number; note: string };
  onSaved(version: number): void;
}) {
  const { me, drafts } = useServices();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    const { note, baseVersion } = current;
    try {
      const made =
        agentId === undefined
          ? await createAgent({ definition, note })
          : await saveAgent(agentId, { base_version: baseVersion, definition, note });
      const version: AgentVersionDetail = {
        version: made.version,
        note,
        definition,
        is_delivered: false,
        made_by: { id: me.id, name: me.username },
        created_at: new Date().toISOString(),
      };
      queryClient.setQueryData([...agentsKey, 'one', made.agent_id], version);
      onSaved(made.version);
      if (agentId === undefined) {
        // What was tried out of it goes along.
        drafts.write(benchKey(made.agent_id), drafts.read(benchKey(newKey)));
        drafts.write(benchKey(newKey), '');
        await navigate({ to: '/admin/agents/$agentId', params: { agentId: made.agent_id }, replace: true });
      }
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
      void queryClient.invalidateQueries({ queryKey: agentsKey });
    }
  };
  return { save, busy, error };
}
