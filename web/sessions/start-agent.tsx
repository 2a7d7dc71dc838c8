import { Bot, ChevronDown } from 'lucide-react';
import type { Agent } from '../../src/contract/sessions.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { AgentMenu } from './agent-menu.tsx';

type StartAgentProps = { agents: readonly Agent[]; chosen: string; onChoose(agentId: string): void };

/** Who answers in the session that is begun next; nothing to choose where there is one agent. */
export function StartAgent({ agents, chosen, onChoose }: StartAgentProps) {
  const agent = agents.find(({ id }) => id === chosen);
  if (!agent || agents.length < 2) return null;
  return (
    <AgentMenu
      agents={agents}
      chosen={chosen}
      onChoose={onChoose}
      trigger={
        <Button look="plain" className="max-w-full min-w-0">
          <Bot aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="sr-only">{t('Agent:')} </span>
          <span className="truncate">{agent.name}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-muted" />
        </Button>
      }
    />
  );
}
