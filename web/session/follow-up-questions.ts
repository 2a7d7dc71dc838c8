import type { PassagePlace } from '../../src/contract/documents.ts';
import { t, unmarked } from '../i18n/translate.ts';
import { asItAsks } from './suggest-questions.ts';

/** A cited document: where its passages stand, and which stretches of its text an answer cites. */
export type CitedDocument = {
  title: string;
  passages: readonly Pick<PassagePlace, 'start' | 'end' | 'heading_path'>[];
  cited: readonly { start: number; end: number }[];
};

const most = 3;

/** Questions from the headings that stand near what was cited: first those after it, then those before. From each document in turn, and
 *  about nothing that was asked before. */
export function followUpQuestions(documents: readonly CitedDocument[], asked: readonly string[]): string[] {
  const known = asked.join('\n').toLowerCase();
  const offers = documents.map((document) =>
    headingsNear(document)
      .filter((heading) => !known.includes(heading.toLowerCase()))
      .map((heading) => asItAsks(heading) ?? unmarked(t('What about “{heading}”?', { heading }))),
  );
  const questions = new Set<string>();
  const longest = Math.max(0, ...offers.map((each) => each.length));
  for (let row = 0; row < longest; row += 1) {
    for (const each of offers) {
      const question = each[row];
      if (question !== undefined && questions.size < most) questions.add(question);
    }
  }
  return [...questions];
}

function headingsNear({ title, passages, cited }: CitedDocument): string[] {
  const headings = passages.map((passage) => passage.heading_path.at(-1) ?? '');
  const isCited = passages.map(({ start, end }) => cited.some((each) => each.start < end && each.end > start));
  const last = isCited.lastIndexOf(true);
  const used = new Set(['', title, ...headings.filter((_heading, index) => isCited[index])]);
  const nearest = [...headings.slice(last + 1), ...headings.slice(0, Math.max(0, last)).toReversed()];
  return [...new Set(nearest)].filter((heading) => !used.has(heading));
}
