import assert from 'node:assert/strict';
import { evaluationQuestions, evaluationRuns } from '../../../src/contract/evaluation.ts';
import { answered } from '../../client.ts';
import { newCorpus, upload } from '../../documents.ts';
import { keepQuestion, measured } from '../../evaluation.ts';
import type { Person } from '../../given.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

type Kept = { curator: Person; corpusId: string; documentId: string; question: string };

async function givenQuestion(world: World): Promise<Kept> {
  const curator = await world.server.person('curator');
  const number = world.number();
  const { id: corpusId } = await newCorpus(curator, `Measured ${number}`);
  const documentId = await upload(curator, corpusId, `measured-${number}.md`, `# Buoys\n\nBuoy ${number} is red.`);
  return { curator, corpusId, documentId, question: `Which buoy is red, ${number}?` };
}

async function questionsOf({ curator, corpusId }: Kept): Promise<string[]> {
  const reply = await curator.client.get(`/api/corpora/${corpusId}/evaluation/questions`);
  return answered(reply, 200, evaluationQuestions).questions.map(({ question }) => question);
}

export const keepEvaluationQuestions: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const kept = await givenQuestion(world);
    return {
      async act() {
        await keepQuestion(kept.curator, kept.corpusId, kept.question, kept.documentId);
      },
      isStored: (ask) =>
        finds(
          ask,
          `select 1 from evaluation_questions q join evaluation_expected e on e.question_id = q.id where q.question = ?`,
          kept.question,
        ),
      check: async () => assert.deepEqual(await questionsOf(kept), [kept.question]),
    };
  },
};

export const removeEvaluationQuestion: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const kept = await givenQuestion(world);
    const id = await keepQuestion(kept.curator, kept.corpusId, kept.question, kept.documentId);
    return {
      async act() {
        const path = `/api/corpora/${kept.corpusId}/evaluation/questions/${id}`;
        expectStatus(await kept.curator.client.delete(path), 204, 404);
      },
      isStored: (ask) => !finds(ask, 'select 1 from evaluation_questions where id = ?', id),
      check: async () => assert.deepEqual(await questionsOf(kept), []),
    };
  },
};

export const storeEvaluationRun: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const kept = await givenQuestion(world);
    const { curator, corpusId } = kept;
    await keepQuestion(curator, corpusId, kept.question, kept.documentId);
    return {
      async act() {
        await measured(curator, corpusId);
      },
      isStored: (ask) => finds(ask, 'select 1 from evaluation_runs where corpus_id = ?', corpusId),
      async check() {
        const { runs } = answered(
          await curator.client.get(`/api/corpora/${corpusId}/evaluation/runs`),
          200,
          evaluationRuns,
        );
        // One that was cut off after its commit is there beside the one that was done again.
        assert.ok(runs.length >= 1 && runs.every(({ questions }) => questions === 1));
      },
    };
  },
};
