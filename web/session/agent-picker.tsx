import { Bot, ChevronDown } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { AgentMenu } from '../sessions/agent-menu.tsx';
import type { AgentChoice } from './use-agent-choice.ts';

/** Who answers the next message; nothing to choose where there is no other. */
export function AgentPicker({ choice: { agents, agent, choose } }: { choice: AgentChoice }) {
  if (agents.every(({ id }) => id === agent.id)) return null;
  return (
    <AgentMenu
      agents={agents}
      chosen={agent.id}
      onChoose={(id) => id !== agent.id && choose(id)}
      trigger={
        <button
          type="button"
          className="inline-flex min-h-9 min-w-0 items-center gap-1.5 rounded-lg px-2 text-sm text-muted hover:bg-hover hover:text-ink"
        >
          <Bot aria-hidden className="size-4 shrink-0" />
          <span className="sr-only">{t('Agent:')} </span>
          <span className="truncate">{agent.name}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 max-sm:hidden" />
        </button>
      }
    />
  );
}
