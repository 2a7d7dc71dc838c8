import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FoundBecause, FoundPassage, SearchMode } from '../../src/contract/documents.ts';
import { markedWords } from './marked-words.ts';

/** A passage that a search found, with the words by which it was found marked, and how each way of searching saw it. */
export function FoundPassageItem({ passage, place, mode, children }: FoundPassageItemProps) {
  const { document_id: documentId, document_version: version, start, end, page, heading_path, explain } = passage;
  return (
    <article className="rounded-xl border border-line bg-surface p-4">
      <header className="flex items-baseline gap-2 text-sm">
        <span className="text-xs font-semibold text-accent tabular-nums">{place}</span>
        <Link
          to="/documents/$documentId"
          params={{ documentId }}
          search={{ version, start, end }}
          className="min-w-0 font-medium wrap-anywhere hover:text-accent hover:underline"
        >
          {passage.document_title}
        </Link>
      </header>
      <p className="mt-0.5 text-xs wrap-anywhere text-muted">
        {[...(page === undefined ? [] : [`Page ${page}`]), ...heading_path].join(' › ')}
      </p>
      <p className="mt-2 text-sm leading-relaxed wrap-anywhere whitespace-pre-wrap">
        {markedWords(passage.text, explain?.matched_words ?? []).map(({ text, isMarked, start: at }) =>
          isMarked ? <mark key={at}>{text}</mark> : text,
        )}
      </p>
      {explain && <Because explain={explain} mode={mode} />}
      {children}
    </article>
  );
}

type FoundPassageItemProps = {
  passage: FoundPassage;
  place: number;
  mode: SearchMode;
  /** What can be done with it. */
  children?: ReactNode;
};

function Because({ explain, mode }: { explain: FoundBecause; mode: SearchMode }) {
  const { lexical, dense, fused, reranked, matched_words: words } = explain;
  return (
    <dl className="mt-3 grid gap-x-6 gap-y-1 border-t border-line pt-3 text-xs sm:grid-cols-[max-content_minmax(0,1fr)]">
      <dt className="text-muted">By its words</dt>
      <dd className="wrap-anywhere">
        {lexical ? (
          <>
            number {lexical.rank}, score {inWords(lexical.score)}
            {words.length > 0 && (
              <>
                {' for '}
                {words.map((word) => `“${word}”`).join(', ')}
              </>
            )}
          </>
        ) : (
          'not found: it holds none of the words, or many others hold more of them'
        )}
      </dd>
      {mode !== 'lexical' && (
        <>
          <dt className="text-muted">By its meaning</dt>
          <dd>
            {dense
              ? `number ${dense.rank}, similarity ${dense.similarity.toFixed(3)} (1 is the same)`
              : 'not found: others are nearer'}
          </dd>
        </>
      )}
      <dt className="text-muted">Together</dt>
      <dd>{fused.toFixed(3)} of 1</dd>
      {reranked !== undefined && (
        <>
          <dt className="text-muted">By the reranker</dt>
          <dd>{reranked.toFixed(3)} of 1; passages stand in this order</dd>
        </>
      )}
    </dl>
  );
}

/** Words that nearly every passage holds count next to nothing. */
function inWords(score: number): string {
  return score < 0.01 ? 'under 0.01' : score.toFixed(2);
}
