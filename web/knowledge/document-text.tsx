import { memo, type Ref, type SyntheticEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { DocumentText, PassagePlace } from '../../src/contract/documents.ts';
import { t } from '../i18n/translate.ts';
import { Empty } from '../ui/states.tsx';
import { useIsNear } from '../ui/use-is-near.ts';
import { Pane } from './pane.tsx';
import { PassageFacts } from './passage-facts.tsx';
import { pageWord } from './page-words.ts';
import { type PassagePart, passageParts, passagesWithin } from './passage-parts.ts';
import { type TextSection, textSections, withoutLead } from './text-sections.ts';
import { usePassages } from './use-passages.ts';

/** What was read of a document: its text, page by page where it has pages, with its passages told apart and the asked range marked. */
export function DocumentTextPane({ documentId, text, range }: DocumentTextPaneProps) {
  const passages = usePassages(documentId, text.version);
  const pageNoun = pageWord(text.media_type);
  const { start, end } = range;
  const sections = useMemo(() => textSections(text, { start, end }).map(withoutLead), [text, start, end]);
  const firstMarked = sections.findIndex((section) => section.marked !== '');
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    if (firstMarked >= 0) mark.current?.scrollIntoView({ block: 'center' });
  }, [firstMarked]);

  const [pointedAt, setPointedAt] = useState<number>();
  const point = ({ target }: SyntheticEvent) => {
    const part = target instanceof Element ? target.closest<HTMLElement>('[data-passage]') : null;
    setPointedAt(part ? Number(part.dataset.passage) : undefined);
  };
  const passage = passages.find(({ ordinal }) => ordinal === pointedAt);
  return (
    <Pane label={t('Text read')} bar={<PassageFacts passage={passage} count={passages.length} pageNoun={pageNoun} />}>
      {text.text.trim() === '' ? (
        <Empty title={t('No text was found in this document.')} />
      ) : (
        <div
          className="mx-auto max-w-3xl py-4 pe-4 leading-relaxed wrap-anywhere whitespace-pre-wrap sm:pe-6"
          onPointerOver={point}
          onPointerLeave={() => setPointedAt(undefined)}
          onFocus={point}
        >
          {sections.map((section, index) => (
            <Section
              key={section.page ?? section.start}
              section={section}
              pageNoun={pageNoun}
              passages={passages}
              markRef={index === firstMarked ? mark : undefined}
            />
          ))}
        </div>
      )}
    </Pane>
  );
}
type DocumentTextPaneProps = {
  documentId: string;
  text: DocumentText;
  range: { start?: number | undefined; end?: number | undefined };
};

const noParts: PassagePart[] = [];

/** Passages are told apart only near what is seen: it changes nothing of where the words stand, and a long document has thousands. */
const Section = memo(function Section({ section, pageNoun, passages, markRef }: SectionProps) {
  const [ref, isNear] = useIsNear('100% 0px');
  const { start, page, before, marked, after } = section;
  const isMarked = marked !== '';
  const parts = useMemo(() => {
    if (!isNear && !isMarked) return noParts;
    const end = start + before.length + marked.length + after.length;
    return passageParts(section, passagesWithin(passages, { start, end }));
  }, [isNear, isMarked, section, passages, start, before, marked, after]);
  const firstMarked = parts.findIndex((part) => part.marked !== '');
  return (
    <section
      ref={ref}
      className={
        isMarked ? 'relative ps-12' : 'relative ps-12 [contain-intrinsic-size:auto_60rem] [content-visibility:auto]'
      }
    >
      {page !== undefined && (
        <h2 className="mt-8 mb-3 flex items-center gap-3 text-xs font-medium text-muted after:h-px after:flex-1 after:bg-line">
          {t('{kind, select, slide {Slide} other {Page}} {page}', { kind: pageNoun, page })}
        </h2>
      )}
      {parts.length === 0
        ? before + marked + after
        : parts.map((part, index) => (
            <Part key={part.start} part={part} markRef={index === firstMarked ? markRef : undefined} />
          ))}
    </section>
  );
});
type SectionProps = {
  section: TextSection;
  pageNoun: 'page' | 'slide';
  passages: readonly PassagePlace[];
  markRef: Ref<HTMLElement> | undefined;
};

function Part({ part, markRef }: { part: PassagePart; markRef: Ref<HTMLElement> | undefined }) {
  const { passage, before, marked, after } = part;
  const words = (
    <>
      {before}
      {marked !== '' && <mark ref={markRef}>{marked}</mark>}
      {after}
    </>
  );
  if (!passage) return words;
  const opensHere = passage.start === part.start;
  return (
    <span data-passage={passage.ordinal} className={opensHere ? 'passage passage-start' : 'passage'}>
      {opensHere && <PassageNumber passage={passage} />}
      {words}
    </span>
  );
}

/** In the margin beside the line where the passage begins. The number is drawn by the style sheet: it is no part of the text, neither
 *  when that is copied nor when it is searched. */
const PassageNumber = ({ passage }: { passage: PassagePlace }) => (
  <button
    type="button"
    aria-label={t('Passage {number}', { number: passage.ordinal + 1 })}
    aria-describedby="passage-facts"
    data-number={passage.ordinal + 1}
    className="passage-number"
  />
);
