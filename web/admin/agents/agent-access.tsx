import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { asApiError } from '../../api/errors.ts';
import { fetchAgentAccess, setGrant } from '../../api/groups.ts';
import { named, t } from '../../i18n/translate.ts';
import { agentsKey } from '../../sessions/use-agents.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Radio } from '../../ui/radio.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { everyoneGroupId } from '../../../src/contract/access.ts';
import { groupsKey } from '../groups-key.ts';
import { AddGroup } from './add-group.tsx';

type Change = { groupId: string; isGiven: boolean };

/** Who may use an agent: everyone, or the groups it is granted to. Each change is stored at once. */
export function AgentAccess({ agent }: { agent: { agent_id: string; name: string } }) {
  const queryClient = useQueryClient();
  const name = useId();
  const [isAsking, setAsking] = useState(false);
  const query = useQuery({
    queryKey: [...groupsKey, 'agent', agent.agent_id],
    queryFn: ({ signal }) => fetchAgentAccess(agent.agent_id, signal),
  });
  const store = async ({ groupId, isGiven }: Change) => {
    await setGrant(groupId, { kind: 'agent', object_id: agent.agent_id }, isGiven ? 'use' : undefined);
    await queryClient.invalidateQueries({ queryKey: groupsKey });
    await queryClient.invalidateQueries({ queryKey: agentsKey });
  };
  const change = useMutation({ mutationFn: store });
  if (query.isPending) return <Skeleton lines={3} />;
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const groups = query.data.groups.filter(({ group_id }) => group_id !== everyoneGroupId);
  const isEveryones = groups.length < query.data.groups.length;
  const under = change.isPending ? change.variables : undefined;
  const shown = under?.groupId === everyoneGroupId ? under.isGiven : isEveryones;
  return (
    <div className="space-y-3">
      <p className="text-sm text-muted">
        {t(
          'A change holds at once. Whoever may use it no more keeps their sessions with it, and chooses another agent for the next message.',
        )}
      </p>
      <fieldset>
        <legend className="sr-only">{t('Who may use {name}', { name: agent.name })}</legend>
        <Radio
          name={name}
          words={t('Everyone')}
          hint={t('All who have an account here.')}
          checked={shown}
          disabled={change.isPending}
          onChoose={() => change.mutate({ groupId: everyoneGroupId, isGiven: true })}
        />
        <Radio
          name={name}
          words={t('Only the groups below')}
          hint={t('Their members, as they come and go.')}
          checked={!shown}
          disabled={change.isPending}
          onChoose={() => setAsking(true)}
        />
      </fieldset>
      {groups.length === 0 ? (
        <p className={shown ? 'text-sm text-muted' : 'text-sm text-warn'}>
          {shown ? t('No group is granted it by itself.') : t('No group is granted it: nobody can use it.')}
        </p>
      ) : (
        <ul
          aria-label={t('Groups that may use {name}', { name: agent.name })}
          className="divide-y divide-line rounded-xl border border-line"
        >
          {groups.map((group) => (
            <li key={group.group_id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
              <span className="min-w-0 flex-1 wrap-anywhere">
                <span className="font-medium">{named(group.name)}</span>
                <span className="block text-xs text-muted">
                  {t('{count, plural, one {# member} other {# members}}', { count: group.member_count })}
                </span>
              </span>
              <Button
                look="quiet"
                aria-label={t('Remove {name}', { name: named(group.name) })}
                disabled={change.isPending}
                onClick={() => change.mutate({ groupId: group.group_id, isGiven: false })}
              >
                {t('Remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AddGroup
        label={t('Add a group')}
        without={groups.map(({ group_id }) => group_id)}
        busy={change.isPending}
        onAdd={(group) => change.mutate({ groupId: group.id, isGiven: true })}
      />
      {change.error && (
        <p role="alert" className="text-sm text-danger">
          {t('Not changed. {reason}', { reason: asApiError(change.error).message })}
        </p>
      )}
      <Confirm
        open={isAsking}
        onOpenChange={setAsking}
        title={t('Take {name} away from everyone?', { name: agent.name })}
        action={t('Only these groups')}
        onConfirm={() => store({ groupId: everyoneGroupId, isGiven: false })}
      >
        {groups.length === 0
          ? t('No group is granted it yet. Until one is, nobody can use it.')
          : t('Whoever is in none of its groups can use it no more, also for answers that are being written.')}
      </Confirm>
    </div>
  );
}
