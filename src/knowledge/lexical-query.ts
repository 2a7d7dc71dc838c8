import { stopWords } from './stop-words.ts';

/** Longer questions keep their first terms; the longest of the CISI collection has about 200. */
const maxTerms = 256;
/** A longer run of letters is no word, and no passage is found by it. */
const maxTermChars = 64;

/** The terms by which a question is looked up: lower case, stop words left out unless nothing remains, repeated terms kept
 *  (a word said twice counts twice). Pure. */
export function lexicalTerms(question: string): string[] {
  const words =
    question
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const terms = words.filter((word) => word.length <= maxTermChars);
  const telling = terms.filter((term) => !stopWords.has(term));
  return (telling.length > 0 ? telling : terms).slice(0, maxTerms);
}

/** A question as an FTS5 MATCH expression: quoted terms joined by OR, so that nothing in it is read as syntax. Pure.
 *  @returns undefined when the question holds no word at all: nothing can match
 *  @see https://sqlite.org/fts5.html#full_text_query_syntax */
export function lexicalQuery(question: string): string | undefined {
  const terms = lexicalTerms(question);
  if (terms.length === 0) return undefined;
  return terms.map((term) => `"${term}"`).join(' OR ');
}
