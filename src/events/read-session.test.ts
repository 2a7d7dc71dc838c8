import { isDeepStrictEqual } from 'node:util';
import { array, assert, asyncProperty, constantFrom, nat, oneof, record } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRetention } from '../access/retention-rules.ts';
import { eventPayloads } from '../contract/events.ts';
import { foldSnapshot, type SessionView } from '../contract/fold.ts';
import type { Session, Snapshot } from '../contract/sessions.ts';
import { sessionFor } from '../sessions/rows-for.ts';
import { parseCursor } from './cursor.ts';
import { readSnapshot } from './read-session.ts';
import { FoldingReader } from './testing/folding-reader.ts';
import { GivenFeed, type MoveName, moveNames } from './testing/given-session.ts';

let given: GivenFeed;
beforeAll(async () => {
  given = await GivenFeed.open();
});
afterAll(() => given.close());

function snapshotOf(sessionId: string, turns = 50): Promise<Snapshot> {
  const { store, userId } = given;
  const requireSession = async () => {
    const found = await store.read.memberSession({ sessionId, userId });
    if (!found) throw new Error('the session is gone');
    return found;
  };
  const reader = { userId, isLive: () => Promise.resolve(true), requireSession };
  return readSnapshot(
    { store, sessionFor: (record) => sessionFor({ store, retention: createRetention({ store }) }, record) },
    reader,
    sessionId,
    turns,
  );
}

/** What of a session its log tells. A title taken from the first message, the counters and the times travel with its row. */
function told({
  title,
  agent,
  corpora,
  archived,
  pinned,
  is_active,
}: { [Name in keyof Session]?: Session[Name] | undefined }) {
  return { title, agent, corpora, archived, pinned, is_active };
}

function shown(view: SessionView) {
  return { seq: view.seq, turns: view.turns };
}

type Step = { name: MoveName; n: number };
const anyStep = record({
  name: oneof(
    { weight: 3, arbitrary: constantFrom(...moveNames.filter((name) => name !== 'end')) },
    { weight: 2, arbitrary: constantFrom('send', 'write', 'write') },
  ),
  n: nat(1_000),
});
const past = record({ steps: array(anyStep, { maxLength: 12 }), erased: array(nat(20), { maxLength: 6 }) });
const steps = (...names: MoveName[]): Step[] => names.map((name, n) => ({ name, n }));

/** Every type of event, before the snapshot and after it. */
const each = (...last: MoveName[]) =>
  steps(
    ...(['send', 'write', 'call', 'result', 'ask', 'decide', 'write', 'goOn', 'write', 'rename', 'finish'] as const),
    ...(['send', 'write', 'takeOver', 'write', 'change', 'change', 'change', 'change', 'fail', 'send'] as const),
    ...(['write', 'takeOver', 'takeOver', 'takeOver', 'send', 'write', 'stop', 'send', 'call', 'write'] as const),
    ...last,
  );

test('a snapshot at any moment, and the events after it, are the same as a snapshot taken later, for every type of event', async () => {
  const types = new Set<string>();
  let taken = 0;
  await assert(
    asyncProperty(past, array(anyStep, { minLength: 3, maxLength: 25 }), async (before, after) => {
      const session = await given.session();
      const { sessionId } = session;
      try {
        for (const { name, n } of before.steps) await session.move(name, n);
        await session.finishAll();
        given.redact(sessionId, before.erased);

        const readers: { snapshot: Snapshot; reader: FoldingReader }[] = [];
        const look = async () => {
          const snapshot = await snapshotOf(sessionId);
          for (const { type } of snapshot.events) types.add(type);
          const cursor = parseCursor(snapshot.cursor);
          if (!cursor) throw new Error(`a cursor that cannot be read: ${snapshot.cursor}`);
          expect(snapshot.seq).toBe(snapshot.session.last_seq);
          const place = { cursor, view: foldSnapshot(snapshot) };
          readers.push({ snapshot, reader: new FoldingReader(given.feed, session, place) });
        };
        await look();
        for (const { name, n } of after) {
          await session.move(name, n);
          await look();
        }
        taken += readers.length;
        const last = await snapshotOf(sessionId);
        const whole = shown(foldSnapshot(last));
        for (const { snapshot, reader } of readers) {
          await reader.until((view) => isDeepStrictEqual(shown(view), whole));
          reader.leave();
          for (const type of reader.types) types.add(type);
          expect(reader.faults).toEqual([]);
          expect(shown(reader.view)).toEqual(whole);
          expect(told({ ...snapshot.session, ...reader.view.changes })).toEqual(told(last.session));
        }
      } finally {
        // A turn that is left over would be claimed by the next session.
        await session.finishAll();
      }
    }),
    {
      numRuns: 40,
      interruptAfterTimeLimit: 30_000,
      examples: [
        [{ steps: each(), erased: [1, 2, 4, 7, 9, 12] }, each()],
        [{ steps: [], erased: [] }, each('end')],
      ],
    },
  );
  console.info(`snapshots: ${taken} taken, with events of ${types.size} types`);
  expect([...types].toSorted()).toEqual([...Object.keys(eventPayloads), 'redacted', 'text_delta'].toSorted());
}, 60_000);

test('a short snapshot holds the newest turns as the long one does', async () => {
  const session = await given.session();
  for (const { name, n } of each()) await session.move(name, n);
  const [long, short] = [await snapshotOf(session.sessionId), await snapshotOf(session.sessionId, 2)];
  expect(short.turns).toEqual(long.turns.slice(-2));
  expect(short.has_more).toBe(true);
  const [all, newest] = [foldSnapshot(long), foldSnapshot(short)];
  const from = newest.turns[0]?.seq ?? 0;
  const agentChanges = all.agentChanges.filter(({ seq }) => seq > from);
  expect(newest).toEqual({ ...all, turns: all.turns.slice(-2), agentChanges });
  await session.finishAll();
});
