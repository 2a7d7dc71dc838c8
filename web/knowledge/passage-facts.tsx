import type { PassagePlace } from '../../src/contract/documents.ts';
import { t } from '../i18n/translate.ts';

/** What is known of the passage that is pointed at, or how many there are. */
export function PassageFacts({ passage, count, pageNoun }: PassageFactsProps) {
  return (
    <p id="passage-facts" className="min-w-0 flex-1 truncate">
      {passage ? (
        <>
          <span className="font-medium text-ink">{t('Passage {number, number}', { number: passage.ordinal + 1 })}</span>
          {factsOf(passage, pageNoun).map((fact) => ` · ${fact}`)}
        </>
      ) : (
        <>
          {t('Text read')}
          {count > 0 && ` · ${t('{count, plural, =1 {one passage} other {# passages}}', { count })}`}
        </>
      )}
    </p>
  );
}

type PassageFactsProps = { passage: PassagePlace | undefined; count: number; pageNoun: 'page' | 'slide' };

function factsOf({ page, heading_path, start, end }: PassagePlace, pageNoun: string): string[] {
  return [
    ...(page === undefined ? [] : [t('{kind, select, slide {slide} other {page}} {page}', { kind: pageNoun, page })]),
    ...(heading_path.length === 0 ? [] : [heading_path.join(' › ')]),
    t('{count, number} characters', { count: end - start }),
  ];
}
