import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';

export type EvaluationQuestionRecord = {
  id: string;
  question: string;
  created_at: string;
  expected: { document_id: string; document_title: string; is_deleted: boolean; gain: number }[];
};

/** The questions of a corpus with the documents that answer them, oldest first. They are bounded. Index: evaluation_questions_corpus. */
export const evaluationQuestions = query(function* (
  db: Db,
  args: { userId: string; corpusId: string },
): Script<EvaluationQuestionRecord[]> {
  const questions = yield* all(
    db
      .selectFrom('evaluation_questions')
      .select(['id', 'question', 'created_at'])
      .where('corpus_id', '=', args.corpusId)
      .orderBy('position'),
  );
  const expected = yield* all(
    db
      .selectFrom('evaluation_questions as q')
      .innerJoin('evaluation_expected as e', 'e.question_id', 'q.id')
      .innerJoin('documents as d', 'd.id', 'e.document_id')
      .select(['e.question_id', 'e.document_id', 'e.gain', 'd.title', 'd.deleted_at'])
      .where('q.corpus_id', '=', args.corpusId)
      .orderBy('d.title'),
  );
  const byQuestion = Map.groupBy(expected, (each) => each.question_id);
  return questions.map((question) => ({
    ...question,
    expected: (byQuestion.get(question.id) ?? []).map(({ document_id, title, deleted_at, gain }) => ({
      document_id,
      document_title: title,
      is_deleted: deleted_at !== null,
      gain,
    })),
  }));
});

const runColumns = [
  'position',
  'id',
  'started_at',
  'ended_at',
  'mode',
  'embedder',
  'reranker',
  'documents',
  'passages',
  'questions',
  'ndcg',
  'recall',
  'reciprocal_rank',
  'hit1',
  'hit3',
] as const;

export type EvaluationRunRecord = {
  position: number;
  id: string;
  started_at: string;
  ended_at: string;
  username: string | null;
  mode: string;
  embedder: string | null;
  reranker: string | null;
  documents: number;
  passages: number;
  questions: number;
  ndcg: number;
  recall: number;
  reciprocal_rank: number;
  hit1: number;
  hit3: number;
};

/** The runs of a corpus, newest first, keyset-paged by position. Whoever is being erased is not named. Index: evaluation_runs_corpus. */
export const evaluationRuns = query(function* (
  db: Db,
  args: { corpusId: string; before?: number; limit: number },
): Script<EvaluationRunRecord[]> {
  let list = runsOf(db, args.corpusId).orderBy('r.position', 'desc').limit(args.limit);
  if (args.before !== undefined) list = list.where('r.position', '<', args.before);
  return yield* all(list);
});

/** One run with what was measured of each question, as JSON. */
export const evaluationRun = query(function* (
  db: Db,
  args: { corpusId: string; runId: string },
): Script<(EvaluationRunRecord & { results: string }) | undefined> {
  return yield* first(runsOf(db, args.corpusId).select('r.results').where('r.id', '=', args.runId));
});

function runsOf(db: Db, corpusId: string) {
  return db
    .selectFrom('evaluation_runs as r')
    .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'r.run_by').on('u.erase_at', 'is', null))
    .select(runColumns.map((column) => `r.${column}` as const))
    .select('u.username')
    .where('r.corpus_id', '=', corpusId);
}

export type OwnQuestionRecord = { id: string; corpus_id: string; question: string; created_at: string };

/** Questions a person kept for measuring, in the order of ids. Index: evaluation_questions_author. */
export const evaluationQuestionsOfPerson = query(function* (
  db: Db,
  args: { userId: string; after: string; limit: number },
): Script<OwnQuestionRecord[]> {
  return yield* all(
    db
      .selectFrom('evaluation_questions')
      .select(['id', 'corpus_id', 'question', 'created_at'])
      .where('created_by', '=', args.userId)
      .where('id', '>', args.after)
      .orderBy('id')
      .limit(args.limit),
  );
});

/** The documents of a corpus that are called so: by id, by filename, by filename without its ending. The first of its kind of several. */
export const documentsCalled = query(function* (
  db: Db,
  args: { corpusId: string; names: readonly string[] },
): Script<{ name: string; documentId: string }[]> {
  const documents = yield* all(
    db
      .selectFrom('documents')
      .select(['id', 'filename'])
      .where('corpus_id', '=', args.corpusId)
      .where('deleted_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id'),
  );
  const byName = new Map<string, string>();
  // What is set later stands: an id before a filename, and what was there first.
  const namings = [
    ({ filename }: { filename: string }) => filename.replace(/\.[^.]*$/, ''),
    ({ filename }: { filename: string }) => filename,
    ({ id }: { id: string }) => id,
  ];
  for (const nameOf of namings) {
    for (const document of documents.toReversed()) byName.set(nameOf(document), document.id);
  }
  return args.names.flatMap((name) => {
    const documentId = byName.get(name);
    return documentId === undefined ? [] : [{ name, documentId }];
  });
});
