import { t } from '../../i18n/translate.ts';
import { dayOf } from '../../ui/time-words.ts';
import { inRow } from '../../i18n/in-row.ts';
import { anyOf, quoted } from '../word-lists.ts';

/** So many titles are told. */
const toldTitles = 3;

/** What a search was narrowed to, as a sentence; empty where it was not. Pure.
 *  @param filters.titles  of the documents; undefined for one whose title is not known */
export function filterWords({ titles = [], tags = [], from, to }: FilterWords): string {
  const added = addedWhen(from, to);
  const isTagged = tags.length > 0;
  if (titles.length === 0 && !isTagged && added === 'ever') return '';
  const values = {
    isTagged: String(isTagged),
    tags: isTagged ? anyOf(tags.map(quoted)) : '',
    added,
    from: dayWords(from),
    to: dayWords(to),
  };
  if (titles.length > 0) {
    return t(
      'Only {documents}{isTagged, select, true {, tagged {tags}} other {}}' +
        '{added, select, on {, added on {from}} from {, added from {from}} until {, added until {to}} ' +
        'between {, added from {from} until {to}} other {}}.',
      { ...values, documents: documentWords(titles) },
    );
  }
  return t(
    'Only documents{isTagged, select, true { tagged {tags}} other {}}{areBoth, select, true {,} other {}}' +
      '{added, select, on { added on {from}} from { added from {from}} until { added until {to}} ' +
      'between { added from {from} until {to}} other {}}.',
    { ...values, areBoth: String(isTagged && added !== 'ever') },
  );
}

type FilterWords = { titles?: readonly (string | undefined)[]; tags?: readonly string[]; from?: string; to?: string };

const dayWords = (day: string | undefined) => (day === undefined ? '' : dayOf(Date.parse(`${day}T00:00:00`)));

function documentWords(titles: readonly (string | undefined)[]): string {
  const told = titles
    .filter((title) => title !== undefined)
    .slice(0, toldTitles)
    .map(quoted);
  const more = titles.length - told.length;
  if (told.length === 0) return t('{count, plural, =1 {one document} other {# documents}}', { count: more });
  return more === 0 ? inRow(told) : t('{titles} and {count} more', { titles: inRow(told), count: more });
}

function addedWhen(from: string | undefined, to: string | undefined): 'ever' | 'on' | 'from' | 'until' | 'between' {
  if (from === to) return from === undefined ? 'ever' : 'on';
  if (from === undefined) return 'until';
  return to === undefined ? 'from' : 'between';
}
