import type { SelectQueryBuilder } from 'kysely';
import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import type { Schema } from '../schema.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { clearGuestTurns } from './clear-guest-turns.ts';
import { countFeedback } from '../usage/count-usage.ts';
import { clearEvaluation } from './evaluation.ts';
import { clearSession, markForErasing, nextToClear } from './erase-sessions.ts';
import { isHeldSession, mustKeepPerson } from '../holds/held.ts';
import { purgeCorpus } from './knowledge-bin.ts';
import { deleteCorpus } from './knowledge-corpora.ts';
import { forgetReasons } from './legal-holds.ts';
import { recordAudit } from './record-audit.ts';

/** Sessions that one bite marks at most: each may have a turn to end. */
const maxMarkedSessions = 20;

export type Cleared = {
  /** `some` rows went, `none` is left for this command, or what is left `waits` for the sweep of deleted documents. */
  did: 'some' | 'none' | 'waits';
  /** Originals of documents that go, each to be removed and then told with the next bite: a process that is killed in between is told again. */
  files: readonly { documentId: string; fileKey: string }[];
  /** People of whom nothing is left, to be told to `finishErasing`. */
  emptied: string[];
};

/** Takes a bounded bite out of what is to be erased, by any number of processes, until it did `none`. */
export const clearErased = command(
  ['sessions', 'log', 'turns', 'knowledge', 'access', 'jobs', 'audit'],
  function* (
    db: Db,
    args: {
      maxRows: number;
      /** Documents whose originals are removed. */
      withoutFile: readonly string[];
      at: string;
    },
  ): Script<Cleared> {
    if (args.withoutFile.length > 0) {
      yield* run(
        db
          .updateTable('documents')
          .set({ file_key: '' })
          .where('id', 'in', [...args.withoutFile]),
      );
    }
    const sessionId = yield* nextToClear(db, args.at);
    if (sessionId !== undefined) {
      yield* clearSession(db, { sessionId, maxRows: args.maxRows, at: args.at });
      return { did: 'some', files: [], emptied: [] };
    }
    const emptied: string[] = [];
    const files: FileOf[] = [];
    let waits = false;
    // Some may wait for a hold to be released, for years: those after them do not.
    for (let after = ''; ; ) {
      const people = yield* peopleToClear(db, after);
      for (const person of people) {
        const did = yield* clearPerson(db, person, { ...args, files });
        if (did === 'some') return { did, files, emptied };
        if (did === 'waits') waits = true;
        if (did === 'none') emptied.push(person.id);
      }
      const last = people.at(-1);
      if (!last || people.length < peopleAtOnce) return { did: waits ? 'waits' : 'none', files, emptied };
      after = last.id;
    }
  },
);

const peopleAtOnce = 10;

function* peopleToClear(db: Db, after: string): Script<{ id: string; erases_corpora: number }[]> {
  return yield* all(
    db
      .selectFrom('users')
      .select(['id', 'erases_corpora'])
      .where('erase_at', 'is not', null)
      .where('erased_at', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(peopleAtOnce),
  );
}

type FileOf = Cleared['files'][number];

/** @param files  gets what is to be removed */
function* clearPerson(
  db: Db,
  person: { id: string; erases_corpora: number },
  { maxRows, files, at }: { maxRows: number; files: FileOf[]; at: string },
): Script<Cleared['did'] | 'held'> {
  const sessions = yield* all(
    db
      .selectFrom('user_sessions as s')
      .select('s.session_id')
      .where('s.user_id', '=', person.id)
      .where('s.erase_at', 'is', null)
      .where((eb) => eb.not(isHeldSession('s')))
      .limit(maxMarkedSessions),
  );
  for (const { session_id } of sessions) yield* markForErasing(db, session_id, at);
  if (sessions.length > 0) return 'some';
  // A hold that came after erasing was ordered, on somebody else who wrote in the same session: the rest waits for its release.
  if (yield* mustKeepPerson(db, person.id)) return 'held';
  yield* forgetReasons(db, { kind: 'user', id: person.id });
  if (person.erases_corpora === 1) {
    const did = yield* clearCorpora(db, person.id, { maxRows, files, at });
    if (did !== 'none') return did;
  }
  yield* run(db.updateTable('corpora').set({ owner_user_id: null }).where('owner_user_id', '=', person.id));
  const uploads = db.selectFrom('documents').select('id').where('created_by', '=', person.id).limit(maxRows);
  const unnamed = yield* all(
    db.updateTable('documents').set({ created_by: null }).where('id', 'in', uploads).returning('id'),
  );
  if (unnamed.length > 0) return 'some';
  const replaced = yield* all(
    db
      .selectFrom('document_versions')
      .select(['document_id', 'version'])
      .where('created_by', '=', person.id)
      .limit(maxRows),
  );
  for (const { document_id, version } of replaced) {
    yield* run(
      db
        .updateTable('document_versions')
        .set({ created_by: null })
        .where('document_id', '=', document_id)
        .where('version', '=', version),
    );
  }
  if (replaced.length > 0) return 'some';
  const openings = db
    .selectFrom('document_access_log')
    .select('position')
    .where('user_id', '=', person.id)
    .limit(maxRows);
  const unlogged = yield* all(
    db.deleteFrom('document_access_log').where('position', 'in', openings).returning('position'),
  );
  if (unlogged.length > 0) return 'some';
  if (yield* clearGuestTurns(db, { userId: person.id, at })) return 'some';
  const visits = db.selectFrom('session_visits').select('session_id').where('user_id', '=', person.id).limit(maxRows);
  const unvisited = yield* all(
    db
      .deleteFrom('session_visits')
      .where('user_id', '=', person.id)
      .where('session_id', 'in', visits)
      .returning('session_id'),
  );
  if (unvisited.length > 0) return 'some';
  const rated = (yield* all(
    db.selectFrom('answer_feedback').select('turn_id').where('user_id', '=', person.id).limit(maxRows),
  )).map((row) => row.turn_id);
  for (const turnId of rated) {
    yield* countFeedback(db, { turnId, userId: person.id, sign: -1 });
    yield* countFeedback(db, { turnId, userId: person.id, sign: 1, gone: 1 });
  }
  if (rated.length > 0) {
    yield* run(db.deleteFrom('answer_feedback').where('user_id', '=', person.id).where('turn_id', 'in', rated));
    return 'some';
  }
  const kept = db.selectFrom('evaluation_questions').select('id').where('created_by', '=', person.id).limit(maxRows);
  const unsigned = yield* all(
    db.updateTable('evaluation_questions').set({ created_by: null }).where('id', 'in', kept).returning('id'),
  );
  if (unsigned.length > 0) return 'some';
  const runs = db.selectFrom('evaluation_runs').select('id').where('run_by', '=', person.id).limit(maxRows);
  const anonymous = yield* all(
    db.updateTable('evaluation_runs').set({ run_by: null }).where('id', 'in', runs).returning('id'),
  );
  if (anonymous.length > 0) return 'some';
  const saves = db.selectFrom('agent_versions').select('version').where('created_by', '=', person.id).limit(maxRows);
  const unsaved = yield* all(
    db
      .updateTable('agent_versions')
      .set({ created_by: null })
      .where('created_by', '=', person.id)
      .where('version', 'in', saves)
      .returning('version'),
  );
  if (unsaved.length > 0) return 'some';
  const records = db
    .selectFrom('audit_log')
    .select('position')
    .where('personal', 'is not', null)
    .where((eb) =>
      eb.or([
        // Why an administrator read somebody’s session is that person’s to know: it goes with the session.
        eb.and([eb('actor_user_id', '=', person.id), eb('action', '<>', 'session.read')]),
        eb.and([eb('object_kind', '=', 'user'), eb('object_id', '=', person.id)]),
        // By what name they were invited.
        eb(
          'object_id',
          'in',
          eb
            .selectFrom('audit_log as a')
            .select('a.object_id')
            .where('a.actor_user_id', '=', person.id)
            .where('a.action', '=', 'invitation.accepted'),
        ),
      ]),
    )
    .limit(maxRows);
  return (yield* clearRecords(db, records)) ? 'some' : 'none';
}

/** Erases the personal part of audit records; gives whether there were any. */
function* clearRecords(
  db: Db,
  positions: SelectQueryBuilder<Schema, 'audit_log', { position: number }>,
): Script<boolean> {
  const erased = yield* all(
    db
      .updateTable('audit_log')
      .set({ personal: null, personal_salt: null })
      .where('position', 'in', positions)
      .returning('position'),
  );
  return erased.length > 0;
}

/** Deletes the corpora a person owns and takes the names out of what stays of them to say that it was deleted. Passages, texts and
 *  originals are cleared as those of every deleted corpus; the owner is forgotten once they are. */
function* clearCorpora(
  db: Db,
  userId: string,
  { maxRows, files, at }: { maxRows: number; files: FileOf[]; at: string },
): Script<Cleared['did']> {
  const owned = yield* all(
    db.selectFrom('corpora').select(['id', 'name']).where('owner_user_id', '=', userId).limit(maxRows),
  );
  let waits = false;
  for (const { id, name } of owned) {
    if (name !== '') {
      yield* deleteCorpus.run(db, { id, at, by: byServer });
      const outcome = yield* purgeCorpus.run(db, { id, at, by: byServer });
      // Purged before, by somebody else or by time: the log says that the server takes what is left, its names.
      if (outcome === 'not_found') {
        yield* recordAudit(db, { at, by: byServer, action: 'corpus.purged', object: { kind: 'corpus', id } });
      }
      yield* run(db.updateTable('corpora').set({ name: '', name_key: id, description: '' }).where('id', '=', id));
      return 'some';
    }
    const named = db
      .selectFrom('documents')
      .select('id')
      .where('corpus_id', '=', id)
      .where('title', '<>', '')
      .limit(maxRows);
    const unnamed = yield* all(
      db
        .updateTable('documents')
        .set({ title: '', filename: '', error_message: null, notices: '[]' })
        .where('id', 'in', named)
        .returning('id'),
    );
    if (unnamed.length > 0) return 'some';
    if (yield* clearEvaluation(db, id)) return 'some';
    // By what names it and its documents were recorded, whoever did something with them.
    const records = db
      .selectFrom('audit_log')
      .select('position')
      .where('personal', 'is not', null)
      .where((eb) =>
        eb.or([
          eb('object_id', '=', id),
          eb('object_id', 'in', eb.selectFrom('documents').select('id').where('corpus_id', '=', id)),
        ]),
      )
      .limit(maxRows);
    if (yield* clearRecords(db, records)) return 'some';
    const withFile = yield* all(
      db
        .selectFrom('documents')
        .select(['id as documentId', 'file_key as fileKey'])
        .where('corpus_id', '=', id)
        .where('purged_at', 'is not', null)
        .where('file_key', '<>', '')
        .limit(maxRows),
    );
    files.push(...withFile);
    const left = yield* first(db.selectFrom('passages').select('rowid').where('corpus_id', '=', id).limit(1));
    const unpurged = yield* first(
      db.selectFrom('documents').select('id').where('corpus_id', '=', id).where('purged_at', 'is', null).limit(1),
    );
    const ofVersion = yield* first(
      db.selectFrom('files_to_remove').select('file_key').where('corpus_id', '=', id).limit(1),
    );
    if (unpurged || left || ofVersion || withFile.length > 0) waits = true;
    else yield* run(db.updateTable('corpora').set({ owner_user_id: null }).where('id', '=', id));
  }
  return waits ? 'waits' : 'none';
}
