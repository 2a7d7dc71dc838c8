import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import type { AdminFilter, Keyset } from '../queries/session-lists.ts';
import type { SessionRecord } from '../queries/session-rows.ts';
import type { Store } from '../store.ts';
import { agentId, type GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

export const sorts = ['last_activity', 'created_at', 'chat_messages'] as const;
const statuses = ['active', 'inactive', 'deleted', 'all'] as const;
const upTo = 1_000;

export const listRows: readonly Row[] = [
  {
    title: 'pages of the administrator’s list hold what a filter finds, each session once and in order, by text too',
    async run({ given, opened: { store } }) {
      const { username, sessions } = await variedSessions(given, store);
      for (const status of statuses) {
        const wanted = sessions.filter((each) => status === 'all' || each.status === status).map((each) => each.id);
        for (const sort of sorts) {
          for (const filter of [
            { status, username },
            { status, username, agentId },
          ]) {
            const rows = await pages(
              (after) => store.scan.adminSessions({ ...filter, sort, limit: 3, ...after }),
              sort,
            );
            expect(rows.map((row) => row.session_id).toSorted()).toEqual(wanted.toSorted());
            expect(rows).toEqual(rows.toSorted((a, b) => inOrder(a, b, sort)));
            const search = { ...filter, sort, limit: 3, upTo, q: 'REPORT' };
            const found = await pages(
              async (after) => (await store.scan.sessionsByText({ ...search, ...after })).records,
              sort,
            );
            expect(found).toEqual(rows.filter((row) => row.title.includes('report')));
            const { count } = await store.scan.sessionsByText(search);
            expect(count).toBe(found.length);
          }
        }
        expect(await store.scan.countAdminSessions({ status, username, upTo })).toBe(wanted.length);
      }
      expect(
        await store.scan.adminSessions({ status: 'all', username: 'nobody', sort: 'created_at', limit: 3 }),
      ).toEqual([]);
      const ofNoAgent: AdminFilter = { status: 'all', username, agentId: 'none' };
      expect(await store.scan.adminSessions({ ...ofNoAgent, sort: 'created_at', limit: 3 })).toEqual([]);
      expect(await store.scan.countAdminSessions({ ...ofNoAgent, upTo })).toBe(0);
    },
    timeoutMs: 120_000,
  },
  {
    title: 'a page of many matches is the same as one of few',
    async run({ given, opened: { store } }) {
      const { username } = await variedSessions(given, store);
      for (const sort of sorts) {
        const search = { status: 'all', username, sort, limit: 3, q: 'report' } as const;
        const few = await store.scan.sessionsByText({ ...search, upTo });
        const many = await store.scan.sessionsByText({ ...search, upTo: 2 });
        expect(many).toEqual({ records: few.records, count: 2 });
      }
    },
  },
  {
    title: 'a text is looked for in what is stored at that moment, in titles, names and the beginnings of ids',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const sessionId = await given.session(userId, 'Plans');
      const found = async (q: string) => {
        const { records } = await store.scan.sessionsByText({ status: 'all', sort: 'created_at', limit: 9, upTo, q });
        return records.some((record) => record.session_id === sessionId);
      };
      expect(await found('PLAN')).toBe(true);
      expect(await found(`user-${userId}`)).toBe(true);
      expect(await found(sessionId)).toBe(true);
      expect(await found(sessionId.slice(0, 8).toUpperCase())).toBe(true);
      expect(await found(sessionId.slice(1))).toBe(false);
      await store.write.updateSession({ by: byServer, sessionId, at: systemClock.now(), changes: { title: 'Other' } });
      expect(await found('plan')).toBe(false);
      expect(await found('other')).toBe(true);
    },
  },
  {
    title: 'all sessions of a status are counted, through everything that changes it',
    async run({ given, opened: { store } }) {
      const counts = () => Promise.all(statuses.map((status) => store.scan.countAdminSessions({ status, upTo: 0 })));
      const before = await counts();
      const userId = await given.user();
      const [first, second] = [await given.session(userId), await given.session(userId), await given.session(userId)];
      const change = { by: byServer, at: systemClock.now() };
      await store.write.invalidateSessions({ ...change, sessionIds: [first] });
      await store.write.deleteSession({ ...change, sessionId: second });
      await store.write.deleteSession({ ...change, sessionId: second });
      const after = await counts();
      expect(after.map((count, i) => count - (before[i] ?? 0))).toEqual([1, 1, 1, 3]);
    },
  },
  {
    title: 'a member’s list has all of their sessions once, newest activity first, and none that is deleted',
    async run({ given, opened: { store } }) {
      const { userId, sessions } = await variedSessions(given, store);
      const wanted = sessions.filter((each) => each.status !== 'deleted');
      const list = (q?: string) =>
        pages(
          (after) => store.scan.memberSessions({ userId, limit: 3, ...after, ...(q !== undefined && { q }) }),
          'last_activity',
        );
      const rows = await list();
      expect(rows.map((row) => row.session_id).toSorted()).toEqual(wanted.map((each) => each.id).toSorted());
      expect(rows).toEqual(rows.toSorted((a, b) => inOrder(a, b, 'last_activity')));
      expect(await list('Report')).toEqual(rows.filter((row) => row.title.includes('report')));
    },
  },
];

type Varied = {
  userId: string;
  username: string;
  sessions: { id: string; status: 'active' | 'inactive' | 'deleted' }[];
};

/** Of one person: some with messages, some at the same moment, of each status. */
async function variedSessions(given: GivenLog, store: Store): Promise<Varied> {
  const userId = await given.user();
  const sessions: Varied['sessions'] = [];
  const change = { by: byServer, at: systemClock.now() };
  for (let n = 0; n < 14; n++) {
    const id = await given.session(userId, n % 3 === 0 ? 'Other' : `A report of ${n % 5}`);
    if (n % 4 === 1) await given.accept({ userId, sessionId: id }, { at: `2026-11-2${n % 3}T10:00:00.000Z` });
    const status = n % 5 === 2 ? 'inactive' : n % 5 === 3 ? 'deleted' : 'active';
    if (status === 'inactive') await store.write.invalidateSessions({ ...change, sessionIds: [id] });
    if (status === 'deleted') await store.write.deleteSession({ ...change, sessionId: id });
    sessions.push({ id, status });
  }
  return { userId, username: `USER-${userId}`, sessions };
}

/** All pages of a list, one after the other. */
export async function pages(
  read: (after: { after?: Keyset }) => Promise<SessionRecord[]>,
  sort: (typeof sorts)[number],
): Promise<SessionRecord[]> {
  const rows: SessionRecord[] = [];
  for (let after: { after?: Keyset } = {}; ; ) {
    const page = await read(after);
    rows.push(...page);
    const last = page.at(-1);
    if (!last) return rows;
    after = { after: { value: valueOf(last, sort), sessionId: last.session_id } };
  }
}

const valueOf = (row: SessionRecord, sort: (typeof sorts)[number]) =>
  sort === 'chat_messages' ? row.message_count : row[sort];

/** Most or newest first, then by id from the last on. */
function inOrder(a: SessionRecord, b: SessionRecord, sort: (typeof sorts)[number]): number {
  const [left, right] = [valueOf(a, sort), valueOf(b, sort)];
  if (left !== right) return left < right ? 1 : -1;
  return a.session_id < b.session_id ? 1 : -1;
}
