import { array, assert, asyncProperty, constantFrom, nat, oneof, record } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FoldingReader } from './testing/folding-reader.ts';
import { GivenFeed, type MoveName, moveNames } from './testing/given-session.ts';

let given: GivenFeed;
beforeAll(async () => {
  given = await GivenFeed.open();
});
afterAll(() => given.close());

/** A move of the session, or of its readers: somebody joins, or comes back to where the first reader once was. */
type Step = { name: MoveName | 'join' | 'comeBack'; n: number };

const step = record({
  name: oneof(
    { weight: 3, arbitrary: constantFrom(...moveNames.filter((name) => name !== 'end'), 'join', 'comeBack') },
    { weight: 2, arbitrary: constantFrom('send', 'write', 'write', 'comeBack') },
  ),
  n: nat(1_000),
});

const steps = (...names: Step['name'][]): Step[] => names.map((name, n) => ({ name, n }));

/** Everything between two pieces of one answer: a rename, a second message, take-overs that go on and that begin anew. */
const everything = steps(
  ...(['send', 'write', 'rename', 'write', 'send', 'goOn', 'comeBack', 'write', 'write', 'takeOver', 'join'] as const),
  ...(['write', 'change', 'call', 'comeBack', 'result', 'write', 'ask', 'decide', 'comeBack', 'finish'] as const),
  ...(['write', 'takeOver', 'takeOver', 'write', 'join', 'takeOver', 'send', 'write', 'fail', 'send'] as const),
  ...(['write', 'stop', 'comeBack', 'send', 'call', 'takeOver', 'write', 'comeBack', 'end'] as const),
);

test('a reader that joins at any moment, or resumes from any cursor ever sent, folds to the same view with nothing missed or doubled', async () => {
  let resumed = 0;
  let runs = 0;
  await assert(
    asyncProperty(array(step, { minLength: 5, maxLength: 40 }), async (taken) => {
      runs += 1;
      const session = await given.session();
      const first = new FoldingReader(given.feed, session);
      const others: FoldingReader[] = [];
      for (const { name, n } of taken) {
        if (name === 'join') others.push(new FoldingReader(given.feed, session));
        else if (name === 'comeBack')
          others.push(new FoldingReader(given.feed, session, first.places[n % first.places.length]));
        else await session.move(name, n);
      }
      await session.finishAll();
      const { lastSeq } = await given.store.read.runningStep(session);
      const isAtEnd = ({ seq }: { seq: number }) => seq === lastSeq;
      const check = async (reader: FoldingReader) => {
        await reader.until(isAtEnd);
        reader.leave();
        expect(reader.faults).toEqual([]);
        expect(reader.view).toEqual(first.view);
      };
      await check(first);
      for (const reader of others) await check(reader);
      for (const place of first.places) await check(new FoldingReader(given.feed, session, place));
      resumed += first.places.length;
    }),
    { numRuns: 40, interruptAfterTimeLimit: 30_000, examples: [[everything]] },
  );
  console.info(`event feed: ${runs} sessions, resumed from ${resumed} cursors`);
  expect(resumed).toBeGreaterThan(30);
}, 60_000);

test('a cursor beyond the log is answered by a reset and the stream goes on from there', async () => {
  const session = await given.session();
  await session.move('send', 0);
  const { lastSeq } = await given.store.read.runningStep(session);
  const reset = Promise.withResolvers<number>();
  const next = Promise.withResolvers<number>();
  const leave = given.feed.follow(
    session,
    { seq: 999 },
    {
      event: (event) => {
        if ('seq' in event) next.resolve(event.seq);
      },
      reset: reset.resolve,
      failed: reset.reject,
    },
  );
  expect(await reset.promise).toBe(lastSeq);
  await session.finishAll();
  expect(await next.promise).toBe(lastSeq + 1);
  leave();
});
