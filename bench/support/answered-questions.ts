import type { Embedder } from '../../src/models/embedder.ts';
import { findQuotes } from '../../src/models/extractive/find-quotes.ts';
import type { JudgedQuestion } from './collection.ts';
import type { Searchable, SearchMode } from './searchable.ts';

/** `own`: the collection holds answers. `withheld`: the same questions, but what answers them is kept out of what was found. `foreign`:
 *  questions of a collection about something else. The last two have no answer. */
export type QuestionKind = 'own' | 'withheld' | 'foreign';
export type AnsweredQuestion = {
  kind: QuestionKind;
  question: JudgedQuestion;
  mode: SearchMode;
  confidence: number;
  /** Whether each quote, best first, is out of a document that was judged relevant. */
  right: boolean[];
};

/** As many as `search_corpora` gives an answerer. */
const passagesAnAnswer = 6;
/** Enough that six remain of what a question finds without its relevant documents. */
const withheldFrom = 500;

/** What the answerer would quote, and how sure it is, for every question with an answer and without, by words alone and with the embedder. */
export async function answerQuestions(
  searchable: Searchable,
  own: readonly JudgedQuestion[],
  foreign: readonly JudgedQuestion[],
): Promise<AnsweredQuestion[]> {
  const embedder = rememberVectors(searchable.embedder);
  const answered: AnsweredQuestion[] = [];
  const ask = async (mode: SearchMode, kind: QuestionKind, question: JudgedQuestion) => {
    const found = await searchable.search(mode, question.text, kind === 'withheld' ? withheldFrom : passagesAnAnswer);
    const passages = found
      .filter((passage) => kind !== 'withheld' || !question.gains.has(passage.document_id))
      .slice(0, passagesAnAnswer);
    const { quotes, confidence } = await findQuotes(
      mode === 'hybrid' ? embedder : undefined,
      question.text,
      passages.map(({ document_title: title, corpus_name: corpus, heading_path: headings, text }, index) => ({
        n: index + 1,
        title,
        corpus,
        headings,
        text,
      })),
      new AbortController().signal,
    );
    const right = quotes.map(
      ({ passage }) => kind === 'own' && question.gains.has(passages[passage]?.document_id ?? ''),
    );
    answered.push({ kind, question, mode, confidence, right });
  };
  for (const mode of ['hybrid', 'lexical'] as const) {
    for (const question of own) {
      await ask(mode, 'own', question);
      await ask(mode, 'withheld', question);
    }
    for (const question of foreign) await ask(mode, 'foreign', question);
  }
  return answered;
}

/** The same passages are found again and again. */
function rememberVectors(embedder: Embedder): Embedder {
  const known = new Map<string, Float32Array>();
  return {
    ...embedder,
    async embed(texts, options) {
      const missing = [...new Set(texts.filter((text) => !known.has(text)))];
      const vectors = await embedder.embed(missing, options);
      for (const [index, text] of missing.entries()) {
        const vector = vectors[index];
        if (vector) known.set(text, vector);
      }
      return texts.flatMap((text) => known.get(text) ?? []);
    },
  };
}
