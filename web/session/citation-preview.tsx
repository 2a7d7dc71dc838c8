import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import type { Citation } from '../../src/contract/events.ts';
import { t } from '../i18n/translate.ts';

/** Characters of a passage that are shown before it is opened. */
const mostCharacters = 320;

/** What a citation leads to, over whatever stands for it, while that is pointed at or has the focus. A tooltip, not a hover card: it opens by keyboard, is read out
 *  with what it describes, closes by Escape, and leaves the tap of a finger to the button. */
export function CitationPreview({ citation, children }: { citation: Citation; children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={250} skipDelayDuration={300}>
      <Tooltip.Root>
        <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            side="top"
            sideOffset={6}
            collisionPadding={12}
            className="z-30 w-[min(22rem,calc(100vw-1.5rem))] rounded-xl border border-line bg-surface p-3 text-sm shadow-float"
          >
            <span className="block font-semibold wrap-anywhere">{citation.document_title}</span>
            <span className="mt-0.5 block text-xs text-muted">
              {citation.corpus_name}
              {citation.page !== undefined && ` · ${t('page {page}', { page: citation.page })}`}
            </span>
            <span dir="auto" className="mt-2 block border-s-2 border-accent ps-2 text-muted wrap-anywhere">
              {beginningOf(citation.quote)}
            </span>
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}

function beginningOf(quote: string): string {
  const text = quote.replaceAll(/\s+/g, ' ').trim();
  if (text.length <= mostCharacters) return text;
  const cut = text.slice(0, mostCharacters);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), mostCharacters / 2))} …`;
}
