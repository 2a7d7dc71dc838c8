import type { Citation } from '../../src/contract/events.ts';
import { t } from '../i18n/translate.ts';
import { CitationPreview } from './citation-preview.tsx';
import { useSource } from './use-source.ts';

/** The number that stands in an answer for a passage; it opens the passage, and shows its beginning when it is pointed at. While the answer streams the passage is not known
 *  yet, and the chip only holds its place. */
export function CitationChip({ n, turnId, citation }: { n: number; turnId: string; citation: Citation | undefined }) {
  const { isOpen, open } = useSource();
  const look =
    'mx-0.5 inline-grid h-[1.35em] min-w-[1.35em] translate-y-[-0.1em] place-items-center rounded-[0.4em] px-1 align-middle text-[0.75em] leading-none font-semibold tabular-nums';
  if (!citation) return <span className={`${look} bg-hover text-faint`}>{n}</span>;
  const current = isOpen(turnId, n);
  return (
    <CitationPreview citation={citation}>
      <button
        type="button"
        aria-label={nameOf(citation)}
        aria-expanded={current}
        data-source={`${turnId}:${n}`}
        onClick={() => open(turnId, n)}
        className={`${look} ${current ? 'bg-accent text-on-accent' : 'bg-accent-soft text-accent hover:bg-accent hover:text-on-accent'}`}
      >
        {n}
      </button>
    </CitationPreview>
  );
}

const nameOf = ({ n, document_title: title, page }: Citation) =>
  page === undefined
    ? t('Source {n}: {title}', { n, title })
    : t('Source {n}: {title}, page {page}', { n, title, page });
