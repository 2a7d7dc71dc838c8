import { Bot } from 'lucide-react';
import { t } from '../i18n/translate.ts';

/** What stands where the agent changes, also for who hears it. */
export const agentWords = (name: string) => t('{name} answers from here on', { name });

/** Says in the transcript who answers what follows; nothing where that is who answered before. */
export function AgentLine({ name }: { name: string | undefined }) {
  if (name === undefined) return null;
  return (
    <p role="note" className="flex break-after-avoid items-center gap-3 text-xs text-muted">
      <span aria-hidden className="h-px flex-1 bg-line" />
      <span className="min-w-0 wrap-anywhere">
        <Bot aria-hidden className="me-1.5 inline size-3.5" />
        {agentWords(name)}
      </span>
      <span aria-hidden className="h-px flex-1 bg-line" />
    </p>
  );
}
