import { type Language, languageOf, languages } from '../../retrieval/language.ts';
import { tellingWords, termOf } from '../../retrieval/terms.ts';
import type { QuotablePassage } from './choose-quotes.ts';
import type { Sentence } from './sentences.ts';

/** How much of a question is said, 0 to 1, rare words weighing more. */
export type Coverage = {
  /** By each sentence; a word that is said only in the title or a heading counts half. */
  sentences: { coverage: number; terms: ReadonlySet<string> }[];
  /** By each passage with its title and headings. */
  passages: number[];
  /** Of the question, each once. */
  words: number;
};

/** Words meet as they do in the search: by their stem in an English passage, as they are in any other. Pure. */
export function coverageOf(query: string, passages: QuotablePassage[], sentences: Sentence[]): Coverage {
  const asked = askedWords(query);
  const told = passages.map(({ title, headings, text }) => {
    const language = languageOf(text);
    const around = termsOf([title, ...headings].join('\n'), language);
    return { language, around, whole: new Set([...around, ...termsOf(text, language)]) };
  });
  const said = sentences.map(({ text, passage }) => termsOf(text, told[passage]?.language ?? 'english'));
  const weights = asked.map((forms) => {
    const found = said.filter((terms) => holds(terms, forms)).length;
    // What nobody says may be a word that asks, in a language whose such words are not known: it weighs as what is said once.
    return Math.log(1 + (sentences.length + 1) / (Math.max(1, found) + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = (worth: (forms: ReadonlySet<string>) => number) =>
    total === 0 ? 0 : asked.reduce((sum, forms, index) => sum + worth(forms) * (weights[index] ?? 0), 0) / total;
  return {
    sentences: sentences.map(({ passage }, index) => {
      const terms = said[index] ?? new Set<string>();
      const around = told[passage]?.around ?? new Set<string>();
      return { terms, coverage: share((forms) => (holds(terms, forms) ? 1 : holds(around, forms) ? 0.5 : 0)) };
    }),
    passages: told.map(({ whole }) => share((forms) => (holds(whole, forms) ? 1 : 0))),
    words: asked.length,
  };
}

/** The words of a question, each with every form a text may hold it in; words of one stem are one. */
function askedWords(query: string): ReadonlySet<string>[] {
  const byStem = new Map<string, Set<string>>();
  for (const word of tellingWords(query)) {
    const stem = termOf(word, 'english');
    const forms = byStem.get(stem) ?? new Set<string>();
    byStem.set(stem, forms);
    for (const language of languages) forms.add(termOf(word, language));
  }
  return [...byStem.values()];
}

function termsOf(text: string, language: Language): ReadonlySet<string> {
  return new Set(tellingWords(text).map((word) => termOf(word, language)));
}

function holds(terms: ReadonlySet<string>, forms: ReadonlySet<string>): boolean {
  for (const form of forms) if (terms.has(form)) return true;
  return false;
}
