import assert from 'node:assert/strict';
import { type EvaluationRunDetails, evaluationProgress, evaluationQuestion } from '../src/contract/evaluation.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';

/** Keeps a question that a document answers; gives its id. */
export async function keepQuestion(
  person: Person,
  corpusId: string,
  question: string,
  documentId: string,
): Promise<string> {
  const reply = await person.client.post(`/api/corpora/${corpusId}/evaluation/questions`, {
    question,
    expected: [documentId],
  });
  return answered(reply, 201, evaluationQuestion).question_id;
}

/** Asks every kept question; gives the run that was stored. */
export async function measured(person: Person, corpusId: string): Promise<EvaluationRunDetails> {
  const reply = await person.client.post(`/api/corpora/${corpusId}/evaluation/runs`);
  assert.equal(reply.status, 200);
  const last = evaluationProgress.parse(JSON.parse(reply.text.trim().split('\n').at(-1) ?? ''));
  if (!('run' in last)) throw new Error(`no run: ${reply.text}`);
  return last.run;
}
