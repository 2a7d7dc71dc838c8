import type { Retention } from '../access/retention-rules.ts';
import type { Session, SessionRow } from '../contract/sessions.ts';
import type { MemberRecord, SessionLevel, SessionRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';
import { keptUntilOf } from './kept-until.ts';
import { toSession, toSessionRow } from './session-view.ts';

type Ports = { store: Store; retention: Pick<Retention, 'rules'> };

/** Rows of a person's list: their own sessions, and of others those they are a member of, as they see them. */
export async function rowsFor(ports: Ports, userId: string, records: readonly SessionRecord[]): Promise<SessionRow[]> {
  const others = records.filter((record) => record.user_id !== userId);
  const sessionIds = others.map((record) => record.session_id);
  const levels = new Map(
    (await ports.store.read.membershipsAmong({ userId, sessionIds })).map(({ session_id, level }) => [
      session_id,
      level,
    ]),
  );
  const mine = records.filter((record) => record.user_id === userId || levels.has(record.session_id));
  const [names, kept] = [await ownersOf(ports, mine), await keptUntilOf(ports, mine)];
  return mine.map((record) =>
    toSessionRow({
      ...asSeen(record, levels.get(record.session_id) ?? 'owner', names),
      keptUntil: kept.get(record.session_id),
    }),
  );
}

/** A session as one of its members sees it. */
export async function sessionFor(ports: Ports, record: MemberRecord): Promise<Session> {
  const kept = await keptUntilOf(ports, [record]);
  return toSession({
    ...asSeen(record, record.level, await ownersOf(ports, [record])),
    keptUntil: kept.get(record.session_id),
  });
}

type Names = ReadonlyMap<string, { username: string; display_name: string }>;

/** Of shared sessions. */
async function ownersOf({ store }: Pick<Ports, 'store'>, records: readonly SessionRecord[]): Promise<Names> {
  const shared = records.filter((record) => record.is_shared === 1);
  const userIds = [...new Set(shared.flatMap(({ user_id }) => (user_id === null ? [] : [user_id])))];
  if (userIds.length === 0) return new Map();
  return new Map((await store.read.namesOfPeople({ userIds })).map(({ id, ...names }) => [id, names]));
}

/** Where its owner keeps it in their list, at the top, in the archive, under a tag, is nothing to the lists of others. */
function asSeen(record: SessionRecord, level: SessionLevel, names: Names) {
  const owner = names.get(record.user_id ?? '');
  if (!owner) return record;
  const own = { ...record, sharing: { access: level, owner_name: owner.display_name } };
  return level === 'owner' ? own : { ...own, username: owner.username, pinned: 0, archived: 0, tags: '[]' };
}
