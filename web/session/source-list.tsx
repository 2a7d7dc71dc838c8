import type { Citation } from '../../src/contract/events.ts';
import { t } from '../i18n/translate.ts';
import { useSource } from './use-source.ts';

/** The passages an answer stands on, under it. */
export function SourceList({ turnId, citations }: { turnId: string; citations: readonly Citation[] }) {
  const { open, isOpen } = useSource();
  return (
    <section aria-label={t('Sources')}>
      <ol className="grid gap-1 sm:grid-cols-2">
        {citations.map((citation) => (
          <li key={citation.n} className="min-w-0">
            <button
              type="button"
              onClick={() => open(turnId, citation.n)}
              aria-expanded={isOpen(turnId, citation.n)}
              className={`flex w-full items-baseline gap-2 rounded-lg border px-2.5 py-1.5 text-start text-sm hover:bg-hover ${isOpen(turnId, citation.n) ? 'border-accent' : 'border-line'}`}
            >
              <span className="text-xs font-semibold text-accent tabular-nums">{citation.n}</span>
              <span className="min-w-0 flex-1">
                <span className="block truncate">{citation.document_title}</span>
                <span className="block truncate text-xs text-muted">
                  {citation.corpus_name}
                  {citation.page !== undefined && ` · ${t('page {page}', { page: citation.page })}`}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
