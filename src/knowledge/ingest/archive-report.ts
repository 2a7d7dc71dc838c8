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
    const more =
      refused.length > 1 ? ` ${counted(refused.length - 1, 'more file', 'more files')} could not be either.` : '';
    throw new ParseError('nothing_to_take', {
      message: `No file in this archive could be added. ${refused[0] ?? ''}${more}`,
    });
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
      `${counted(added.length, 'file', 'files')} of this archive ${added.length === 1 ? 'was' : 'were'} added as documents of their own.`,
      ...(here.length === 0 ? [] : [`${counted(here.length, 'file was', 'files were')} in this corpus already.`]),
      ...(refused.length === 0
        ? []
        : [`${counted(refused.length, 'file was', 'files were')} not added; the page of this archive says why.`]),
    ],
  };
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
