import { ParseError } from './parse-error.ts';

export type Outcome = { outcome: 'added' | 'already_here' } | { outcome: 'refused'; reason: string };
export type TakenFile = { path: string } & Outcome;

/** What came of the files of an archive: the text of its own document, a line for each, and the notices beside it. Pure.
 *  @throws ParseError `empty` or `nothing_to_take` when no file of it is in the corpus now */
export function tellArchive(taken: readonly TakenFile[]): { text: string; notices: string[] } {
  const added = taken.filter(({ outcome }) => outcome === 'added').map(({ path }) => path);
  const here = taken.filter(({ outcome }) => outcome === 'already_here').map(({ path }) => path);
  const refused = taken.flatMap((file) => (file.outcome === 'refused' ? [`${file.path}: ${file.reason}`] : []));
  if (taken.length === 0) throw new ParseError('empty', { message: 'There are no files in this archive.' });
  if (added.length + here.length === 0) {
    throw new ParseError('nothing_to_take', { message: noneAdded(refused) });
  }
  const parts: [string, string[]][] = [
    ['Added from this archive, each as a document of its own', added],
    ['In the corpus already', here],
    ['Not added', refused],
  ];
  const shown = parts.filter(([, lines]) => lines.length > 0);
  return {
    text: shown.map(([words, lines]) => [`${words}:`, ...lines.map((line) => `- ${line}`)].join('\n')).join('\n\n'),
    notices: [
      addedHere(added.length),
      ...(here.length === 0 ? [] : [alreadyHere(here.length)]),
      ...(refused.length === 0 ? [] : [notAdded(refused.length)]),
    ],
  };
}

function noneAdded([first = '', ...more]: readonly string[]): string {
  if (more.length === 0) return `No file in this archive could be added. ${first}`;
  return more.length === 1
    ? `No file in this archive could be added. ${first} 1 more file could not be either.`
    : `No file in this archive could be added. ${first} ${written(more.length)} more files could not be either.`;
}

const addedHere = (count: number) =>
  count === 1
    ? '1 file of this archive was added as a document of its own.'
    : `${written(count)} files of this archive were added as documents of their own.`;

const alreadyHere = (count: number) =>
  count === 1 ? '1 file was in this corpus already.' : `${written(count)} files were in this corpus already.`;

const notAdded = (count: number) =>
  count === 1
    ? '1 file was not added; the page of this archive says why.'
    : `${written(count)} files were not added; the page of this archive says why.`;

const written = (count: number): string => count.toLocaleString('en-US');
