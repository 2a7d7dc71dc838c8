import { type Actor, byOf } from '../../access/actor.ts';
import type { EvaluationImported, EvaluationQuestion } from '../../contract/evaluation.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { requireCorpus } from '../corpus-rights.ts';
import type { KnowledgePorts } from '../knowledge-ports.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock'>;

/** The questions by which a corpus is measured, for those who may curate it.
 *  @throws AppError not_found, forbidden */
export async function listQuestions(
  { store }: Pick<Ports, 'store'>,
  actor: Actor,
  corpusId: string,
): Promise<EvaluationQuestion[]> {
  await requireCorpus({ store }, actor, corpusId, 'corpus.curate');
  const records = await store.scan.evaluationQuestions({ userId: actor.userId, corpusId });
  return records.map(({ id, ...question }) => ({ ...question, question_id: id }));
}

/** Keeps a question; one that is kept already gets the documents it did not have.
 *  @throws AppError not_found, forbidden, bad_request for a document of elsewhere, conflict for too many */
export async function keepQuestion(
  ports: Ports,
  actor: Actor,
  corpusId: string,
  input: { question: string; expected: readonly string[] },
): Promise<EvaluationQuestion> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  const expected = input.expected.map((documentId) => ({ documentId, gain: 1 }));
  const { ids } = await ports.store.write.keepEvaluationQuestions({
    corpusId,
    questions: [{ id: newId(), question: input.question, expected }],
    at: ports.clock.now(),
    by: byOf(actor),
  });
  const kept = (await listQuestions(ports, actor, corpusId)).find((each) => each.question_id === ids[0]);
  if (!kept) throw new AppError('not_found');
  return kept;
}

/** @throws AppError not_found, forbidden */
export async function removeQuestion(ports: Ports, actor: Actor, corpusId: string, questionId: string): Promise<void> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  const change = { at: ports.clock.now(), by: byOf(actor) };
  const outcome = await ports.store.write.removeEvaluationQuestion({ corpusId, questionId, ...change });
  if (outcome === 'not_found') throw new AppError('not_found');
}

export type JudgedLines = {
  queries: readonly { id: string; text: string }[];
  qrels: readonly { qid: string; did: string; rel: number }[];
};

/** Keeps the questions of a collection with what is right for them of the documents that are here, all or none of them.
 *  @throws AppError not_found, forbidden, conflict for too many */
export async function importQuestions(
  ports: Ports,
  actor: Actor,
  corpusId: string,
  { queries, qrels }: JudgedLines,
): Promise<EvaluationImported> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  const relevant = qrels.filter(({ rel }) => rel > 0);
  const names = [...new Set(relevant.map(({ did }) => did))];
  const called = await ports.store.scan.documentsCalled({ corpusId, names });
  const documentOf = new Map(called.map(({ name, documentId }) => [name, documentId]));
  const judgedOf = Map.groupBy(relevant, ({ qid }) => qid);
  const questions = queries.flatMap(({ id, text }) => {
    const expected = (judgedOf.get(id) ?? []).flatMap(({ did, rel }) => {
      const documentId = documentOf.get(did);
      return documentId === undefined ? [] : [{ documentId, gain: rel }];
    });
    return expected.length === 0 ? [] : [{ id: newId(), question: text, expected }];
  });
  const leftOut = queries.length - questions.length;
  if (questions.length === 0) return { added: 0, merged: 0, left_out: leftOut };
  const change = { at: ports.clock.now(), by: byOf(actor) };
  const { added } = await ports.store.write.keepEvaluationQuestions({ corpusId, questions, ...change });
  return { added, merged: questions.length - added, left_out: leftOut };
}

/** The questions as lines of `queries.jsonl`, or what is right for them as lines of `qrels.jsonl`; without deleted documents.
 *  @throws AppError not_found, forbidden */
export async function exportQuestions(
  ports: Pick<Ports, 'store'>,
  actor: Actor,
  corpusId: string,
  file: 'queries' | 'qrels',
): Promise<string> {
  const questions = await listQuestions(ports, actor, corpusId);
  const lines =
    file === 'queries'
      ? questions.map(({ question_id: id, question: text }) => ({ id, text }))
      : questions.flatMap(({ question_id: qid, expected }) =>
          expected
            .filter(({ is_deleted }) => !is_deleted)
            .map(({ document_id: did, gain: rel }) => ({ qid, did, rel })),
        );
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
