import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FoundBecause, FoundPassage, SearchMode } from '../../src/contract/documents.ts';
import { t } from '../i18n/translate.ts';
import { markedWords } from './marked-words.ts';
import { inRow } from '../i18n/in-row.ts';
import { quoted } from './word-lists.ts';

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
        {[...(page === undefined ? [] : [t('Page {page}', { page })]), ...heading_path].join(' › ')}
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
      <dt className="text-muted">{t('By its words')}</dt>
      <dd className="wrap-anywhere">
        {lexical
          ? lexicalWords(lexical, words)
          : t('not found: it holds none of the words, or many others hold more of them')}
      </dd>
      {mode !== 'lexical' && (
        <>
          <dt className="text-muted">{t('By its meaning')}</dt>
          <dd>
            {dense
              ? t('number {rank}, similarity {similarity, number, ::.000} (1 is the same)', dense)
              : t('not found: others are nearer')}
          </dd>
        </>
      )}
      <dt className="text-muted">{t('Together')}</dt>
      <dd>{t('{score, number, ::.000} of 1', { score: fused })}</dd>
      {reranked !== undefined && (
        <>
          <dt className="text-muted">{t('By the reranker')}</dt>
          <dd>{t('{score, number, ::.000} of 1; passages stand in this order', { score: reranked })}</dd>
        </>
      )}
    </dl>
  );
}

/** Words that nearly every passage holds count next to nothing. */
function lexicalWords({ rank, score }: { rank: number; score: number }, words: readonly string[]): string {
  const isTiny = String(score < 0.01);
  if (words.length === 0) {
    return t(
      'number {rank}, score {isTiny, select, true {under {least, number, ::.00}} other {{score, number, ::.00}}}',
      { rank, isTiny, least: 0.01, score },
    );
  }
  return t(
    'number {rank}, score {isTiny, select, true {under {least, number, ::.00}} other {{score, number, ::.00}}} ' +
      'for {words}',
    { rank, isTiny, least: 0.01, score, words: inRow(words.map(quoted)) },
  );
}
