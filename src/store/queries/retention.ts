import { sql } from 'kysely';
import type { RetentionKind } from '../../contract/retention.ts';
import { query } from '../command.ts';
import {
  accessesThatGo,
  auditNamesThatGo,
  binnedDocumentsThatGo,
  binnedSessionsThatGo,
  sessionsThatGo,
} from '../retention/what-goes.ts';
import { all, type Db, first, type Script } from '../script.ts';

export type WouldGo = {
  count: number;
  oldest: string | null;
  /** Those with the most, at most ten. */
  people: { user_id: string; name: string; count: number }[];
};
type ByPerson = { user_id: string | null; count: number; oldest: string | null }[];

/** What would go now if only what is not before a moment were kept. Temporary sessions keep the time they were opened with. */
export const wouldGo = query(function* (db: Db, args: { kind: RetentionKind; before: string }): Script<WouldGo> {
  const found = yield* byPerson(db, args);
  const count = found.reduce((sum, each) => sum + each.count, 0);
  const oldest = found.flatMap((each) => each.oldest ?? []).toSorted()[0] ?? null;
  const most = found
    .filter((each) => each.user_id !== null)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 10);
  const ids = most.flatMap(({ user_id }) => user_id ?? []);
  const names =
    ids.length === 0 ? [] : yield* all(db.selectFrom('users').select(['id', 'display_name']).where('id', 'in', ids));
  return {
    count,
    oldest,
    people: most.map((each) => ({
      user_id: each.user_id ?? '',
      name: names.find(({ id }) => id === each.user_id)?.display_name ?? '',
      count: each.count,
    })),
  };
});

/** An id that no index orders: else all there ever was would be read in its order. */
const unordered = (column: string) => sql<string | null>`${sql.ref(column)} || ''`;
const counted = sql<number>`count(*)`.as('count');

function* byPerson(db: Db, { kind, before }: { kind: RetentionKind; before: string }): Script<ByPerson> {
  switch (kind) {
    case 'sessions':
    case 'imported':
      return yield* all(
        sessionsThatGo(db, kind, before)
          .select((eb) => ['s.user_id', counted, eb.fn.min('s.last_activity').as('oldest')])
          .groupBy('s.user_id'),
      );
    case 'temporary':
      return [];
    case 'session_bin':
      return yield* all(
        binnedSessionsThatGo(db, before)
          .select((eb) => ['s.user_id', counted, eb.fn.min('s.deleted_at').as('oldest')])
          .groupBy('s.user_id'),
      );
    case 'document_bin':
      return yield* binned(db, before);
    case 'document_accesses':
      return yield* all(
        accessesThatGo(db, before)
          .select((eb) => [unordered('l.user_id').as('user_id'), counted, eb.fn.min('l.at').as('oldest')])
          .groupBy(unordered('l.user_id')),
      );
    case 'audit_personal':
      return yield* all(
        auditNamesThatGo(db, before)
          .select((eb) => [unordered('l.actor_user_id').as('user_id'), counted, eb.fn.min('l.at').as('oldest')])
          .groupBy(unordered('l.actor_user_id')),
      );
  }
}

/** Documents by whoever brought them, and corpora, which are the team's. */
function* binned(db: Db, before: string): Script<ByPerson> {
  const documents = yield* all(
    binnedDocumentsThatGo(db, before)
      .select((eb) => ['d.created_by as user_id', counted, eb.fn.min('d.deleted_at').as('oldest')])
      .groupBy('d.created_by'),
  );
  const corpora = yield* first(
    db
      .selectFrom('corpora')
      .select((eb) => [counted, eb.fn.min('deleted_at').as('oldest')])
      .where('deleted_at', 'is not', null)
      .where('purged_at', 'is', null)
      .where('deleted_at', '<', before),
  );
  return corpora ? [...documents, { user_id: null, ...corpora }] : documents;
}
