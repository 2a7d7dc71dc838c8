import type { Document } from '../../src/contract/documents.ts';
import { t, unmarked } from '../i18n/translate.ts';

const most = 4;

/** Questions from the titles of ready documents, taken from each corpus in turn. */
export function suggestQuestions(corpora: readonly (readonly Pick<Document, 'title' | 'state'>[])[]): string[] {
  const titles = corpora.map((documents) =>
    documents.filter(({ state }) => state === 'ready').map(({ title }) => title),
  );
  const questions = new Set<string>();
  const longest = Math.max(0, ...titles.map((each) => each.length));
  for (let row = 0; row < longest; row += 1) {
    for (const each of titles) {
      const title = each[row];
      if (title === undefined || questions.size >= most) continue;
      questions.add(questionFor(title));
    }
  }
  return [...questions];
}

function questionFor(title: string): string {
  return asItAsks(title) ?? unmarked(t('What is in “{title}”?', { title }));
}

/** The question that a title or heading is already. Others are put into words that say nothing themselves: those that quote documents
 *  without a language model look for every word of a question, and know such words of English alone: translations have none. */
export function asItAsks(heading: string): string | undefined {
  if (/\?\s*$/.test(heading)) return heading.trim();
  if (/^how (to|do)\b/i.test(heading)) return `${heading.replace(/^how to\b/i, 'How do I')}?`;
  return undefined;
}
