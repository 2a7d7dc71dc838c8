import { sql } from 'kysely';
import { query } from '../command.ts';
import { unfinishedStates } from '../commands/append-events.ts';
import { unfinishedJobs } from '../commands/jobs.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { failedStates } from './goes-on.ts';

/** What goes on at one moment, on every instance. */
export type NowRecord = {
  turns: RunningTurnRecord[];
  turnsTotal: number;
  waitingTurns: Waiting;
  jobs: { kind: string; state: string; count: number; oldest: string | null }[];
  instances: InstanceRecord[];
  failedTurns: Failures<FailedTurnRecord>;
  failedDocuments: Failures<FailedDocumentRecord>;
  failedMails: Failures<{ at: string; problem: string }>;
};

type Waiting = { count: number; oldest: string | null };
type Failures<Row> = { total: number; latest: Row[] };

export type RunningTurnRecord = {
  turn_id: string;
  session_id: string;
  title: string;
  username: string | null;
  agent_id: string;
  agent_name: string | null;
  lease_owner: string | null;
  state: string;
  attempt: number;
  began_at: string | null;
  updated_at: string;
};

export type InstanceRecord = { instance_id: string; started_at: string; seen_at: string; report: string };

export type FailedTurnRecord = {
  at: string;
  turn_id: string;
  session_id: string;
  title: string;
  username: string | null;
  agent_id: string;
  agent_name: string | null;
  state: string;
  code: string | null;
};

export type FailedDocumentRecord = {
  at: string;
  document_id: string;
  title: string;
  corpus_id: string;
  corpus_name: string;
  message: string | null;
};

type NowArgs = { since: string; maxTurns: number; maxFailures: number };

/** All of it from one moment; the lists are bounded, the totals are not. What is looked at grows with what is under way, waits, or failed
 *  since `since`. Indexes: turns_unfinished, jobs_unfinished, turns_failed, documents_failed, document_versions_failed, mail_failures_at. */
export const whatGoesOn = query(function* (db: Db, args: NowArgs): Script<NowRecord> {
  const turns = yield* all(turnsUnderWay(db).limit(args.maxTurns));
  const underWay = yield* first(
    inStates(db, ['running', 'waiting_approval']).select((eb) => eb.fn.countAll<number>().as('count')),
  );
  const waiting = yield* first(
    inStates(db, ['queued']).select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.min<string | null>('t.created_at').as('oldest'),
    ]),
  );
  const jobs = yield* all(
    db
      .selectFrom('jobs')
      .select((eb) => [
        'kind',
        'state',
        eb.fn.countAll<number>().as('count'),
        eb.fn.min<string | null>('created_at').as('oldest'),
      ])
      .where('state', 'in', unfinishedJobs)
      .groupBy(['kind', 'state']),
  );
  const instances = yield* all(
    db.selectFrom('instances').select(['instance_id', 'started_at', 'seen_at', 'report']).orderBy('started_at'),
  );
  return {
    turns,
    turnsTotal: underWay?.count ?? 0,
    waitingTurns: waiting ?? { count: 0, oldest: null },
    jobs,
    instances,
    failedTurns: yield* failuresOfTurns(db, args),
    failedDocuments: yield* failuresOfDocuments(db, args),
    failedMails: yield* failuresOfMails(db, args),
  };
});

type UnfinishedState = 'queued' | 'running' | 'waiting_approval';

function inStates(db: Db, states: readonly UnfinishedState[]) {
  return db
    .selectFrom('turns as t')
    .where(
      't.state',
      'in',
      states.map((state) => sql.lit(state)),
    )
    .where('t.state', 'in', unfinishedStates);
}

function turnsUnderWay(db: Db) {
  return inStates(db, ['running', 'waiting_approval'])
    .innerJoin('user_sessions as s', 's.session_id', 't.session_id')
    .leftJoin('users as u', 'u.id', 't.author_user_id')
    .leftJoin('agents as a', 'a.id', 't.agent_id')
    .leftJoin('turn_attempts as f', (join) => join.onRef('f.turn_id', '=', 't.turn_id').on('f.attempt', '=', 1))
    .select([
      't.turn_id',
      't.session_id',
      's.title',
      'u.username',
      't.agent_id',
      'a.name as agent_name',
      't.lease_owner',
      't.state',
      't.attempt',
      'f.started_at as began_at',
      't.updated_at',
    ])
    .orderBy('t.position');
}

/** Was interrupted elsewhere: no failure of this server. */
const importedCode = 'unfinished_in_export';

function* failuresOfTurns(db: Db, { since, maxFailures }: NowArgs): Script<Failures<FailedTurnRecord>> {
  const failed = db
    .selectFrom('turns as t')
    .where('t.state', 'in', failedStates)
    .where('t.updated_at', '>=', since)
    .where((eb) => eb.or([eb('t.code', 'is', null), eb('t.code', '!=', importedCode)]));
  const counted = yield* first(failed.select((eb) => eb.fn.countAll<number>().as('count')));
  const latest = yield* all(
    failed
      .innerJoin('user_sessions as s', 's.session_id', 't.session_id')
      .leftJoin('users as u', 'u.id', 't.author_user_id')
      .leftJoin('agents as a', 'a.id', 't.agent_id')
      .select([
        't.updated_at as at',
        't.turn_id',
        't.session_id',
        's.title',
        'u.username',
        't.agent_id',
        'a.name as agent_name',
        't.state',
        't.code',
      ])
      .orderBy('t.updated_at', 'desc')
      .limit(maxFailures),
  );
  return { total: counted?.count ?? 0, latest };
}

/** Of reading a document for the first time, or a next version of one. What somebody stopped has not failed. */
function* failuresOfDocuments(db: Db, { since, maxFailures }: NowArgs): Script<Failures<FailedDocumentRecord>> {
  const firstReading = db
    .selectFrom('documents as d')
    .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
    .where('d.state', '=', sql.lit('failed'))
    .where('d.updated_at', '>=', since)
    .where('d.deleted_at', 'is', null)
    .where('c.deleted_at', 'is', null)
    .where((eb) => eb.or([eb('d.error_code', 'is', null), eb('d.error_code', '!=', 'cancelled')]))
    .select([
      'd.updated_at as at',
      'd.id as document_id',
      'd.title',
      'c.id as corpus_id',
      'c.name as corpus_name',
      'd.error_message as message',
    ]);
  const nextVersion = db
    .selectFrom('document_versions as v')
    .innerJoin('documents as d', 'd.id', 'v.document_id')
    .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
    .where('v.state', '=', sql.lit('failed'))
    .where('v.updated_at', '>=', since)
    .where('d.deleted_at', 'is', null)
    .where('c.deleted_at', 'is', null)
    .where((eb) => eb.or([eb('v.error_code', 'is', null), eb('v.error_code', '!=', 'cancelled')]))
    .select([
      'v.updated_at as at',
      'd.id as document_id',
      'd.title',
      'c.id as corpus_id',
      'c.name as corpus_name',
      'v.error_message as message',
    ]);
  const both = firstReading.unionAll(nextVersion);
  const counted = yield* first(db.selectFrom(both.as('x')).select((eb) => eb.fn.countAll<number>().as('count')));
  const latest = yield* all(
    db.selectFrom(both.as('x')).selectAll().orderBy('at', 'desc').orderBy('document_id').limit(maxFailures),
  );
  return { total: counted?.count ?? 0, latest };
}

function* failuresOfMails(db: Db, { since, maxFailures }: NowArgs): Script<Failures<{ at: string; problem: string }>> {
  const failed = db.selectFrom('mail_failures').where('at', '>=', since);
  const counted = yield* first(failed.select((eb) => eb.fn.countAll<number>().as('count')));
  const latest = yield* all(failed.select(['at', 'problem']).orderBy('at', 'desc').limit(maxFailures));
  return { total: counted?.count ?? 0, latest };
}

/** Every instance that said something of itself and was not taken away. */
export const instanceIds = query(function* (db: Db, _args: Record<string, never>): Script<string[]> {
  const rows = yield* all(db.selectFrom('instances').select('instance_id'));
  return rows.map((row) => row.instance_id);
});
