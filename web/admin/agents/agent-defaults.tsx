import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useState } from 'react';
import type { AgentDefaults as Stored } from '../../../src/contract/agent-defaults.ts';
import { asApiError } from '../../api/errors.ts';
import { fetchAgentDefaults, setAgentDefaults } from '../../api/agents.ts';
import { fetchGrants } from '../../api/groups.ts';
import { t } from '../../i18n/translate.ts';
import { agentsKey } from '../../sessions/use-agents.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { AddGroup } from './add-group.tsx';
import { type DefaultRow, defaultWarning, type GrantedAgent } from './default-warning.ts';
import { everyoneGroupId } from '../../../src/contract/access.ts';
import { groupsKey } from '../groups-key.ts';

/** The agents that sessions begin with: of groups, in the order in which they count, and of everyone else. */
export function AgentDefaults() {
  const defaults = useQuery({
    queryKey: [...agentsKey, 'defaults'],
    queryFn: ({ signal }) => fetchAgentDefaults(signal),
  });
  const grants = useQuery({ queryKey: [...groupsKey, 'grants'], queryFn: ({ signal }) => fetchGrants(signal) });
  const error = defaults.error ?? grants.error;
  const retry = () => void Promise.all([defaults.refetch(), grants.refetch()]);
  const agents = grants.data?.objects.filter(({ kind }) => kind === 'agent');
  return (
    <div className="mt-8 max-w-3xl">
      <Section
        title={t('Default agents')}
        hint={t(
          'New sessions begin with these where nobody chooses an agent. For somebody in several groups the first one counts whose agent they may use.',
        )}
      >
        {error && <Failure error={error} onRetry={retry} />}
        {!error && !(defaults.data && agents) && <Skeleton lines={3} />}
        {defaults.data && agents && <DefaultsForm stored={defaults.data} agents={agents} />}
      </Section>
    </div>
  );
}

type Draft = { groups: DefaultRow[]; everyone: string };

const draftOf = ({ groups, everyone }: Stored): Draft => ({
  groups: groups.map(({ group_id, group_name, agent_id }) => ({ group_id, group_name, agent_id })),
  everyone: everyone?.agent_id ?? '',
});

function DefaultsForm({ stored, agents }: { stored: Stored; agents: readonly GrantedAgent[] }) {
  const queryClient = useQueryClient();
  /** What is not stored yet; undefined while nothing was changed. */
  const [draft, setDraft] = useState<Draft>();
  const { groups, everyone } = draft ?? draftOf(stored);
  const save = useMutation({
    mutationFn: () =>
      setAgentDefaults({
        everyone_agent_id: everyone === '' ? null : everyone,
        groups: groups.map(({ group_id, agent_id }) => ({ group_id, agent_id })),
      }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: agentsKey });
      setDraft(undefined);
    },
  });
  const put = (next: Partial<Draft>) => setDraft({ groups, everyone, ...next });
  const move = (from: number, to: number) => {
    const moved = groups[from];
    if (moved) put({ groups: groups.toSpliced(from, 1).toSpliced(to, 0, moved) });
  };
  const first = agents.find(({ is_active }) => is_active) ?? agents[0];
  return (
    <div className="space-y-3">
      <ol aria-label={t('Default agents')} className="divide-y divide-line rounded-xl border border-line bg-surface">
        {groups.map((row, index) => (
          <li key={row.group_id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5 text-sm">
            <span className="min-w-36 flex-1 font-medium wrap-anywhere">{row.group_name}</span>
            <span className="flex items-center gap-1">
              <AgentSelect
                label={t('Default agent of {group}', { group: row.group_name })}
                agents={agents}
                value={row.agent_id}
                onChoose={(agent_id) => put({ groups: groups.with(index, { ...row, agent_id }) })}
              />
              <IconButton
                label={t('Move {name} up', { name: row.group_name })}
                disabled={index === 0}
                onClick={() => move(index, index - 1)}
              >
                <ArrowUp aria-hidden />
              </IconButton>
              <IconButton
                label={t('Move {name} down', { name: row.group_name })}
                disabled={index === groups.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <ArrowDown aria-hidden />
              </IconButton>
              <IconButton
                label={t('Remove {name}', { name: row.group_name })}
                onClick={() => put({ groups: groups.toSpliced(index, 1) })}
              >
                <X aria-hidden />
              </IconButton>
            </span>
            <Warning words={defaultWarning(row, agents)} />
          </li>
        ))}
        <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5 text-sm">
          <span className="min-w-36 flex-1 font-medium">
            {groups.length === 0 ? t('Everyone') : t('Everyone else')}
          </span>
          <AgentSelect
            label={t('Default agent of everyone else')}
            agents={agents}
            value={everyone}
            none={t('The first they may use')}
            onChoose={(agentId) => put({ everyone: agentId })}
          />
          {everyone !== '' && (
            <Warning
              words={defaultWarning(
                { group_id: everyoneGroupId, group_name: t('Everyone'), agent_id: everyone },
                agents,
              )}
            />
          )}
        </li>
      </ol>
      {first && (
        <AddGroup
          label={t('Set a default for a group')}
          without={groups.map(({ group_id }) => group_id)}
          onAdd={({ id: group_id, name: group_name }) =>
            put({ groups: [...groups, { group_id, group_name, agent_id: first.object_id }] })
          }
        />
      )}
      {save.error && (
        <p role="alert" className="text-sm text-danger">
          {t('Not saved. {reason}', { reason: asApiError(save.error).message })}
        </p>
      )}
      {draft && (
        <div className="flex flex-wrap items-center gap-2">
          <Button look="primary" busy={save.isPending} onClick={() => save.mutate()}>
            {t('Save default agents')}
          </Button>
          <Button look="quiet" disabled={save.isPending} onClick={() => setDraft(undefined)}>
            {t('Undo changes')}
          </Button>
        </div>
      )}
    </div>
  );
}

type AgentSelectProps = {
  label: string;
  agents: readonly GrantedAgent[];
  value: string;
  /** What no agent is called; there is always one where it is left out. */
  none?: string;
  onChoose(agentId: string): void;
};

const AgentSelect = ({ label, agents, value, none, onChoose }: AgentSelectProps) => (
  <Select aria-label={label} value={value} onChange={(event) => onChoose(event.target.value)}>
    {none !== undefined && <option value="">{none}</option>}
    {agents.map(({ object_id, name, is_active }) => (
      <option key={object_id} value={object_id}>
        {is_active ? name : t('{name} (switched off)', { name })}
      </option>
    ))}
  </Select>
);

const Warning = ({ words }: { words: string | undefined }) =>
  words !== undefined && <p className="w-full text-xs wrap-anywhere text-warn">{words}</p>;
