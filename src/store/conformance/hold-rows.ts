import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { HoldSubject } from '../commands/legal-holds.ts';
import type { Store } from '../store.ts';
import { acceptArgs, agentId, type GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

/** Before the time of every other row. */
const [long, now] = ['2011-01-01T00:00:00.000Z', '2012-06-01T00:00:00.000Z'];
const before = '2012-05-02T00:00:00.000Z';
const change = { at: now, by: byServer };

async function hold(store: Store, subject: HoldSubject): Promise<string> {
  const id = newId();
  expect(await store.write.placeHold({ ...change, id, subject, reason: 'A lawsuit' })).toBe('placed');
  return id;
}

/** A session that was last used long ago, and a guest who wrote in it. */
async function givenSession(store: Store, given: GivenLog) {
  const [userId, guest, sessionId] = [await given.user(), await given.user(), newId()];
  const titled = { agentId, title: 'Title', titleIsSet: true, corpora: [], origin: 'api' as const };
  const until = '2011-01-02T00:00:00.000Z';
  const open = (id: string, more: { temporaryUntil?: string } = {}) =>
    store.write.createSession({ ...titled, sessionId: id, userId, at: long, by: byServer, ...more });
  await open(sessionId);
  const temporary = newId();
  await open(temporary, { temporaryUntil: until });
  const subject = { kind: 'user', id: guest } as const;
  await store.write.shareSession({ ...change, sessionId, userId, subject, level: 'write' });
  await store.write.acceptTurn({ ...acceptArgs(sessionId, guest), at: long });
  await store.write.acceptTurn({ ...acceptArgs(temporary, userId), at: long });
  return { userId, guest, sessionId, temporary };
}
/** Whatever became of a session. */
const found = { status: 'all', sort: 'last_activity', limit: 1, upTo: 1 } as const;
type Given = Awaited<ReturnType<typeof givenSession>>;

const intoBin = (store: Store, { sessionId }: Given) => store.write.deleteSession({ ...change, at: long, sessionId });

/** Every way in which a session, or what somebody wrote in one, is erased. */
const doors: Record<string, (store: Store, given: Given) => Promise<unknown>> = {
  async 'its time in the bin'(store, given) {
    await intoBin(store, given);
    await store.write.purgeDeletedSessions({ deletedBefore: before, max: 1_000, at: now });
  },
  async 'its owner, for good'(store, given) {
    await intoBin(store, given);
    await store.write.purgeSession({ ...change, ...given }).catch(() => undefined);
  },
  async 'a rule'(store) {
    await store.write.putRetentionRule({ ...change, kind: 'sessions', keepDays: 30, wouldGo: 0 });
    for (let gone = 1; gone > 0; ) gone = await store.write.sweepByRule({ kind: 'sessions', max: 50, at: now });
    await store.write.putRetentionRule({ ...change, kind: 'sessions', keepDays: null, wouldGo: 0 });
  },
  'erasing its owner': (store, { userId }) => store.write.eraseUser({ ...change, userId, corpora: 'keep' }),
  'erasing who wrote in it': (store, { guest }) => store.write.eraseUser({ ...change, userId: guest, corpora: 'keep' }),
};

/** What is left of the log once everything that was ordered is done. */
async function leftOf(store: Store, { sessionId, userId }: Given): Promise<string> {
  while ((await store.write.clearErased({ maxRows: 50, withoutFile: [], at: now })).did === 'some');
  const events = await store.read.eventsAfter({ sessionId, userId, after: 0, limit: 100 });
  return events.map(({ payload }) => payload).join();
}

const isWhole = (log: string) => log.includes('client_turn_id');

export const holdRows: readonly Row[] = [
  ...Object.entries(doors).flatMap(([door, open]): Row[] =>
    (['session', 'owner', 'guest'] as const).map((on) => ({
      title: `a hold on the ${on} keeps a session from ${door}, and once it is released it goes`,
      async run({ opened: { store }, given }) {
        const made = await givenSession(store, given);
        const subject: HoldSubject =
          on === 'session'
            ? { kind: 'session', id: made.sessionId }
            : { kind: 'user', id: on === 'owner' ? made.userId : made.guest };
        const id = await hold(store, subject);
        await open(store, made);
        expect(isWhole(await leftOf(store, made))).toBe(true);
        expect(await store.write.releaseHold({ ...change, id, reason: 'It is over' })).toBe(true);
        await open(store, made);
        expect(isWhole(await leftOf(store, made))).toBe(false);
        // Its turns wait for nobody.
        for (const sessionId of [made.sessionId, made.temporary])
          await store.write.deleteSession({ ...change, sessionId });
      },
    })),
  ),
  {
    title: 'a temporary session under a hold does not end, and one beside it does',
    async run({ opened: { store }, given }) {
      const [one, other] = [await givenSession(store, given), await givenSession(store, given)];
      const id = await hold(store, { kind: 'session', id: one.temporary });
      const end = () => store.write.purgeDeletedSessions({ deletedBefore: null, max: 1_000, at: now });
      const stays = async (of: Given) =>
        (await store.read.memberSession({ sessionId: of.temporary, userId: of.userId })) !== undefined;
      await end();
      expect([await stays(one), await stays(other)]).toEqual([true, false]);
      await store.write.releaseHold({ ...change, id, reason: 'It is over' });
      await end();
      expect(await stays(one)).toBe(false);
      for (const { sessionId } of [one, other]) await store.write.deleteSession({ ...change, sessionId });
    },
  },
  {
    title: 'a program’s session under a hold stays when the program deletes it and takes its name again',
    async run({ opened: { store } }) {
      const key = { appName: 'app', userKey: newId(), adkSessionId: 'one' };
      const state = { session: [{ key: 'note', value: 'kept' }], user: [], app: [] };
      const create = (sessionId: string) =>
        store.write.createAdkSession({ ...key, sessionId, agentId, title: 'T', state, at: long, atMs: 1 });
      const sessionId = newId();
      await create(sessionId);
      await store.write.appendAdkEvent({
        ...key,
        adkEvent: { eventId: 'event', event: { said: 'kept' } },
        events: [],
        actor: 'program',
        state: { session: [], user: [], app: [] },
        eventMs: 1,
        at: long,
      });
      const id = await hold(store, { kind: 'session', id: sessionId });
      await store.write.deleteAdkSession({ ...key, at: now });
      await create(newId());
      const empty = () =>
        store.write.purgeDeletedSessions({ deletedBefore: '2013-01-01T00:00:00.000Z', max: 1_000, at: now });
      await empty();
      await store.write.releaseHold({ ...change, id, reason: 'It is over' });
      expect(await empty()).toBe(1);
    },
  },
  {
    title: 'what is on record of a held person does not go by a rule',
    async run({ opened: { store }, given }) {
      const [held, other] = [await given.user(), await given.user()];
      const opening = { documentId: newId(), corpusId: newId(), version: 1, what: 'text', notSince: now } as const;
      for (const userId of [held, other]) {
        await store.write.noteDocumentAccess({ ...opening, at: long, by: { userId } });
      }
      const id = await hold(store, { kind: 'user', id: held });
      const wouldGo = async () =>
        (await store.scan.wouldGo({ kind: 'document_accesses', before })).people.map(({ user_id }) => user_id);
      expect(await wouldGo()).toContain(other);
      expect(await wouldGo()).not.toContain(held);
      await store.write.releaseHold({ ...change, id, reason: 'It is over' });
      expect(await wouldGo()).toContain(held);
    },
  },
  {
    title: 'whose erasing waits for a hold keeps nobody else’s from going on',
    async run({ opened: { store }, given }) {
      const made = await givenSession(store, given);
      const people: string[] = [];
      while (people.length < 12) people.push(await given.user());
      // They are taken in the order of their ids.
      const [other = '', ...guests] = people.toSorted().toReversed();
      const theirs = { sessionId: newId(), userId: other };
      const titled = { agentId, title: 'Title', titleIsSet: true, corpora: [], origin: 'api' as const };
      await store.write.createSession({ ...change, ...titled, ...theirs });
      for (const guest of guests) {
        const subject = { kind: 'user', id: guest } as const;
        await store.write.shareSession({ ...change, ...made, subject, level: 'write' });
        await store.write.acceptTurn({ ...acceptArgs(made.sessionId, guest), at: long });
      }
      for (const userId of people)
        expect(await store.write.eraseUser({ ...change, userId, corpora: 'keep' })).toBe('erasing');
      const id = await hold(store, { kind: 'session', id: made.sessionId });
      await leftOf(store, made);
      const { records } = await store.scan.sessionsByText({ ...found, q: theirs.sessionId });
      expect(records[0]?.title).toBe('');
      await store.write.releaseHold({ ...change, id, reason: 'It is over' });
      await leftOf(store, made);
      for (const sessionId of [made.sessionId, made.temporary])
        await store.write.deleteSession({ ...change, sessionId });
    },
  },
  {
    title: 'why somebody read a session is kept while that must be, for whomever it must',
    async run({ opened: { store }, given }) {
      const [made, reader] = [await givenSession(store, given), await given.user()];
      const read = { sessionId: made.sessionId, reason: 'Said on the phone' };
      await store.write.noteSessionRead({ ...read, at: long, by: { userId: reader } });
      const goes = async () =>
        (await store.scan.wouldGo({ kind: 'audit_personal', before })).people.some(({ user_id }) => user_id === reader);
      expect(await goes()).toBe(true);
      for (const id of [made.userId, made.guest]) {
        const holdId = await hold(store, { kind: 'user', id });
        expect(await goes()).toBe(false);
        await store.write.releaseHold({ ...change, id: holdId, reason: 'It is over' });
      }
      expect(await goes()).toBe(true);
      for (const sessionId of [made.sessionId, made.temporary])
        await store.write.deleteSession({ ...change, sessionId });
    },
  },
  {
    title: 'one hold is on a subject at a time, on none that is not there, and on none whose erasing was ordered',
    async run({ opened: { store }, given }) {
      const { sessionId, userId } = await given.owned();
      const place = (subject: HoldSubject) =>
        store.write.placeHold({ ...change, id: newId(), subject, reason: 'A lawsuit' });
      const id = await hold(store, { kind: 'session', id: sessionId });
      expect(await place({ kind: 'session', id: sessionId })).toBe('held_already');
      expect(await place({ kind: 'session', id: newId() })).toBe('not_found');
      expect(await place({ kind: 'user', id: newId() })).toBe('not_found');
      expect(await store.write.eraseUser({ ...change, userId, corpora: 'keep' })).toBe('on_hold');
      expect(await store.read.heldAmong({ sessionIds: [sessionId, newId()] })).toEqual([sessionId]);
      expect(await store.write.releaseHold({ ...change, id, reason: 'It is over' })).toBe(true);
      expect(await store.write.releaseHold({ ...change, id, reason: 'Again' })).toBe(false);
      expect(await store.write.eraseUser({ ...change, userId, corpora: 'keep' })).toBe('erasing');
      expect(await place({ kind: 'user', id: userId })).toBe('being_erased');
      expect(await place({ kind: 'session', id: sessionId })).toBe('being_erased');
      const mine = (await store.scan.legalHolds({ limit: 500 })).find((each) => each.id === id);
      expect(mine).toMatchObject({ subject_kind: 'session', release_reason: 'It is over', placed_by_name: null });
    },
  },
];
