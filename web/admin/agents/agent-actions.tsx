import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Copy, MoreHorizontal, Power, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AdminAgent, AdminAgentList } from '../../../src/contract/agents.ts';
import { deleteAgent, setAgentActive } from '../../api/agents.ts';
import { t } from '../../i18n/translate.ts';
import { useServices } from '../../services.tsx';
import { agentsKey } from '../../sessions/use-agents.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { unsavedKey } from './use-unsaved-agent.ts';

/** What can be done to an agent as a whole: copied, switched off and on, deleted. */
export function AgentActions({ agentId, facts }: { agentId: string; facts: AdminAgent }) {
  const { drafts } = useServices();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'switch' | 'delete'>();
  const close = () => setAsking(undefined);
  const refresh = () => queryClient.invalidateQueries({ queryKey: agentsKey });
  const { name, is_active: isActive } = facts;
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('More about this agent')}>
            <MoreHorizontal aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => void navigate({ to: '/admin/agents/new', search: { from: agentId } })}>
          <Copy aria-hidden /> {t('Copy')}
        </MenuItem>
        <MenuItem onSelect={() => setAsking('switch')}>
          <Power aria-hidden /> {isActive ? t('Switch off…') : t('Switch on…')}
        </MenuItem>
        {!facts.is_builtin && (
          <MenuItem danger onSelect={() => setAsking('delete')}>
            <Trash2 aria-hidden /> {t('Delete…')}
          </MenuItem>
        )}
      </Menu>
      <Confirm
        open={asking === 'switch'}
        onOpenChange={close}
        title={isActive ? t('Switch {name} off?', { name }) : t('Switch {name} on?', { name })}
        action={isActive ? t('Switch off') : t('Switch on')}
        isDangerous={isActive}
        onConfirm={async () => {
          await setAgentActive(agentId, !isActive);
          await refresh();
        }}
      >
        {isActive
          ? t(
              'Nobody can ask it until it is switched on again, and answers under way end within seconds. Sessions with it can be read.',
            )
          : t('Everybody whom it is granted to can ask it again.')}
      </Confirm>
      <Confirm
        open={asking === 'delete'}
        onOpenChange={close}
        title={t('Delete {name}?', { name })}
        action={t('Delete agent')}
        onConfirm={async () => {
          await deleteAgent(agentId);
          drafts.write(unsavedKey(agentId), '');
          queryClient.setQueryData([...agentsKey, 'all'], (list: AdminAgentList | undefined) =>
            list ? { ...list, agents: list.agents.filter((each) => each.agent_id !== agentId) } : list,
          );
          await navigate({ to: '/admin/agents' });
          void refresh();
        }}
      >
        {t(
          'It cannot be brought back. Sessions with it stay and can be read; to go on in one, its owner chooses another agent.',
        )}
      </Confirm>
    </>
  );
}
