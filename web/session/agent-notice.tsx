import type { Sharing } from '../../src/contract/sharing.ts';
import { said, t } from '../i18n/translate.ts';
import { AgentMenu } from '../sessions/agent-menu.tsx';
import { Button } from '../ui/button.tsx';
import type { AgentChoice } from './use-agent-choice.ts';

type AgentNoticeProps = { choice: AgentChoice; sharing: Sharing | undefined };

/** Says that the session's agent answers this person no more, and offers another; or why none was chosen. */
export function AgentNotice({ choice, sharing }: AgentNoticeProps) {
  const { agents, agent, isGone, problem, choose } = choice;
  const [only, ...others] = agents;
  const isGuest = sharing !== undefined && sharing.access !== 'owner';
  if (!isGone && problem === '') return null;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-wrap items-center gap-x-3 gap-y-1.5 px-5 pb-2 text-sm sm:px-7">
      {problem !== '' && (
        <p role="alert" className="text-danger">
          {t('The agent was not changed. {problem}', { problem: said(problem) })}
        </p>
      )}
      {isGone && (
        <p role="status" className="wrap-anywhere text-warn">
          {goneWords(agent.name, isGuest ? sharing.owner_name : undefined, agents.length)}
        </p>
      )}
      {isGone && !isGuest && only && others.length === 0 && (
        <Button look="plain" onClick={() => choose(only.id)}>
          {t('Go on with {name}', { name: only.name })}
        </Button>
      )}
      {isGone && !isGuest && others.length > 0 && (
        <AgentMenu
          agents={agents}
          chosen=""
          onChoose={choose}
          trigger={<Button look="plain">{t('Choose another agent')}</Button>}
        />
      )}
    </div>
  );
}

function goneWords(agent: string, owner: string | undefined, others: number): string {
  if (owner !== undefined)
    return t(
      '{agent} is not available to you. {owner} can choose another agent, or an administrator can give you access.',
      { agent, owner },
    );
  return others === 0
    ? t('{agent} is not available to you. No other agent is either: ask an administrator for access to one.', { agent })
    : t('{agent} is not available to you. Another agent can answer your next message.', { agent });
}
