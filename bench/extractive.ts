/** Whether the answerer without a language model quotes what answers a question, and keeps silent when nothing does.
 *  Usage: node bench/extractive.ts --collection DIR --other DIR [--models DIR] [--seed N]
 *  Both folders as for bench/retrieval.ts. Documents and questions go the product's own way; a quote is right when its document was judged
 *  relevant. Questions without an answer are those of the other collection, and each collection's own with every relevant document
 *  withheld: close to the subject, and harder to refuse. The threshold in use is reported on each collection, and beside it one that was
 *  chosen on half of its questions and reported on the other half, and one that was chosen on the other collection.
 *  Prints JSON lines, and a table on standard error. */
import { Console } from 'node:console';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { leastConfidence } from '../src/models/extractive/find-quotes.ts';
import { createRandom } from '../test/faults/random.ts';
import { chooseThreshold, scoreAnswers } from './support/answer-scores.ts';
import { type AnsweredQuestion, answerQuestions } from './support/answered-questions.ts';
import { readCollection } from './support/collection.ts';
import { round } from './support/lines.ts';
import { openSearchable } from './support/searchable.ts';

const { values } = parseArgs({
  options: {
    collection: { type: 'string' },
    other: { type: 'string' },
    models: { type: 'string', default: 'data/models' },
    seed: { type: 'string', default: '1' },
  },
});
if (values.collection === undefined || values.other === undefined)
  throw new Error('Usage: node bench/extractive.ts --collection DIR --other DIR [--models DIR] [--seed N]');
const seed = Number(values.seed);
const folders = [values.collection, values.other] as const;
const collections = folders.map((folder) => ({ name: basename(folder), ...readCollection(folder) }));

type Half = 'calibration' | 'held back';
const answered: { name: string; questions: (AnsweredQuestion & { half: Half })[] }[] = [];
for (const own of collections) {
  const searchable = await openSearchable(own.documents, values.models);
  const foreign = collections.filter((each) => each !== own).flatMap((each) => each.questions);
  const random = createRandom(seed);
  // A question and the same with its answers withheld are of one half, with the embedder and without.
  const halves = new Map(
    [...own.questions, ...foreign].map(
      (question) => [question, random.unit() < 0.5 ? 'calibration' : 'held back'] as const,
    ),
  );
  const questions = await answerQuestions(searchable, own.questions, foreign);
  answered.push({
    name: own.name,
    questions: questions.map((each) => ({ ...each, half: halves.get(each.question) ?? 'held back' })),
  });
  await searchable.close();
}

const table = [];
for (const { name, questions } of answered) {
  for (const mode of ['hybrid', 'lexical'] as const) {
    const here = questions.filter((question) => question.mode === mode);
    const elsewhere = answered.filter((each) => each.name !== name).flatMap((each) => each.questions);
    const half = (wanted: Half) => here.filter((question) => question.half === wanted);
    const rows = [
      { chosen: 'in use', threshold: leastConfidence[mode], reported: here, on: 'all' },
      { chosen: 'in use', threshold: leastConfidence[mode], reported: half('held back'), on: 'held back' },
      {
        chosen: 'other half',
        threshold: chooseThreshold(half('calibration')),
        reported: half('held back'),
        on: 'held back',
      },
      {
        chosen: 'other collection',
        threshold: chooseThreshold(elsewhere.filter((question) => question.mode === mode)),
        reported: here,
        on: 'all',
      },
    ];
    for (const { chosen, threshold, reported, on } of rows) {
      const scores = Object.fromEntries(
        Object.entries(scoreAnswers(reported, threshold)).map(([score, share]) => [score, round(share)]),
      );
      console.log(
        JSON.stringify({ bench: 'extractive', collection: name, mode, seed, chosen, threshold, on, ...scores }),
      );
      table.push({ collection: name, mode, 'chosen on': chosen, threshold, 'reported on': on, ...scores });
    }
  }
}
process.stderr.write(`Seed ${seed}. Shares of questions, 0 to 1.\n`);
new Console(process.stderr).table(table);
