import { dayOf } from '../../ui/time-words.ts';

/** So many titles are told. */
const toldTitles = 3;

/** What a search was narrowed to, as a sentence; empty where it was not. Pure.
 *  @param filters.titles  of the documents; undefined for one whose title is not known */
export function filterWords({ titles = [], tags = [], from, to }: FilterWords): string {
  const parts = [
    ...(titles.length > 0 ? [documentWords(titles)] : []),
    ...(tags.length > 0 ? [`tagged ${tags.map(quoted).join(' or ')}`] : []),
    ...(from !== undefined || to !== undefined ? [addedWords(from, to)] : []),
  ];
  return parts.length === 0 ? '' : `Only ${titles.length > 0 ? '' : 'documents '}${parts.join(', ')}.`;
}

type FilterWords = { titles?: readonly (string | undefined)[]; tags?: readonly string[]; from?: string; to?: string };

const quoted = (text: string) => `“${text}”`;
const dayWords = (day: string) => dayOf(Date.parse(`${day}T00:00:00`));

function documentWords(titles: readonly (string | undefined)[]): string {
  const told = titles
    .filter((title) => title !== undefined)
    .slice(0, toldTitles)
    .map(quoted);
  const more = titles.length - told.length;
  if (more === 0) return told.join(', ');
  if (told.length === 0) return more === 1 ? 'one document' : `${more} documents`;
  return `${told.join(', ')} and ${more} more`;
}

function addedWords(from: string | undefined, to: string | undefined): string {
  if (from === to) return `added on ${dayWords(from ?? '')}`;
  const parts = [
    ...(from === undefined ? [] : [`from ${dayWords(from)}`]),
    ...(to === undefined ? [] : [`until ${dayWords(to)}`]),
  ];
  return `added ${parts.join(' ')}`;
}
