import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { type DocumentCounts as Counts, type DocumentState, documentState } from '../../src/contract/documents.ts';
import { number } from '../i18n/numbers.ts';
import { t } from '../i18n/translate.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { stateWords } from './document-state.tsx';

type DocumentCountsProps = { counts: Counts; chosen: DocumentState | undefined; onChoose(state?: DocumentState): void };

/** How many of a corpus's documents are in each state; pressing one lists those alone. */
export function DocumentCounts({ counts, chosen, onChoose }: DocumentCountsProps) {
  const all = documentState.options.reduce((sum, state) => sum + counts[state], 0);
  const over = counts.ready + counts.failed;
  const shown = documentState.options.filter((state) => counts[state] > 0 || state === chosen);
  if (all === 0) return null;
  return (
    <div className="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1.5 text-sm">
      <fieldset className="contents">
        <legend className="sr-only">{t('Documents by their state')}</legend>
        <Chip isChosen={chosen === undefined} onClick={() => onChoose()}>
          {t('All')} {number(all)}
        </Chip>
        {shown.map((state) => (
          <Chip key={state} isChosen={state === chosen} onClick={() => onChoose(state === chosen ? undefined : state)}>
            {stateWords[state]} {number(counts[state])}
          </Chip>
        ))}
      </fieldset>
      {over < all && <ProgressBar share={over / all} label={t('Documents that were read')} />}
    </div>
  );
}

function Chip({ isChosen, onClick, children }: { isChosen: boolean; onClick(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onClick}
      className={clsx(
        'rounded-full border px-2.5 py-1 text-xs tabular-nums transition-colors',
        isChosen ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong text-muted hover:bg-hover',
      )}
    >
      {children}
    </button>
  );
}
