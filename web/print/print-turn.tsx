import { memo, useMemo } from 'react';
import type { Citation } from '../../src/contract/events.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { named, t } from '../i18n/translate.ts';
import { citationNumber, remarkCitationMarkers } from '../session/citation-markers.ts';
import { turnNote } from '../session/turn-words.ts';
import { DiagramPaper } from '../ui/diagram-paper.ts';
import { type LinkProps, OutsideLink, SafeMarkdown } from '../ui/safe-markdown.tsx';
import { dayAndTime } from '../ui/time-words.ts';

const remarkPlugins = [remarkCitationMarkers];

/** One question with its answer and the passages it stands on. */
export const PrintTurn = memo(function PrintTurn({ turn, number }: { turn: TurnView; number: number }) {
  const { answer } = turn;
  const citations = answer?.citations ?? [];
  const note = turnNote(turn);
  return (
    <article aria-label={t('Question {number}', { number })}>
      <div className="break-inside-avoid break-after-avoid border-s-3 border-accent ps-4">
        <p className="text-xs text-muted">
          {t('Question {number}', { number })} · {dayAndTime(turn.at)}
        </p>
        <p dir="auto" className="mt-1 font-medium wrap-anywhere whitespace-pre-wrap">
          {turn.text}
        </p>
      </div>
      <div className="mt-4 space-y-3">
        {turn.steps
          .filter(({ text }) => text !== '')
          .map(({ step, text }) => (
            <Text key={step} text={text} number={number} citations={citations} />
          ))}
        {note && <p className="text-sm text-muted italic">{note.words}</p>}
        {citations.length > 0 && <Sources number={number} citations={citations} />}
        {answer && answer.model !== '' && <p className="text-xs text-faint">{named(answer.model)}</p>}
      </div>
    </article>
  );
});

type SourcesProps = { number: number; citations: readonly Citation[] };
const placeOf = (number: number, n: number) => `source-${number}-${n}`;

function Text({ text, number, citations }: { text: string } & SourcesProps) {
  const link = useMemo(() => linkTo(number, citations), [number, citations]);
  return (
    <div className="prose prose-block" dir="auto">
      <DiagramPaper value={true}>
        <SafeMarkdown text={text} remarkPlugins={remarkPlugins} a={link} />
      </DiagramPaper>
    </div>
  );
}

function linkTo(number: number, citations: readonly Citation[]) {
  return ({ href, children }: LinkProps) => {
    const n = citationNumber(href);
    if (n === undefined) return <OutsideLink href={href}>{children}</OutsideLink>;
    if (!citations.some((citation) => citation.n === n)) return <>[{n}]</>;
    return (
      <sup className="ms-0.5 font-semibold">
        <a href={`#${placeOf(number, n)}`} aria-label={t('Source {n}', { n })} className="no-underline!">
          {n}
        </a>
      </sup>
    );
  };
}

function Sources({ number, citations }: SourcesProps) {
  return (
    <section aria-label={t('Sources')} className="border-t border-line pt-2">
      <ol className="space-y-1.5 text-[0.8125rem]">
        {citations.map(({ n, document_title, corpus_name, page, quote }) => (
          <li key={n} id={placeOf(number, n)} className="flex scroll-mt-16 break-inside-avoid gap-2">
            <span className="w-5 shrink-0 text-end font-semibold text-accent tabular-nums">{n}</span>
            <span dir="auto" className="min-w-0 wrap-anywhere">
              <span className="font-medium">{document_title}</span>
              <span className="text-muted">
                {page !== undefined && t(', page {page}', { page })} · {corpus_name}
              </span>
              <br />
              {t('“{text}”', { text: quote.replaceAll(/\s+/g, ' ').trim() })}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
