import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import type { StreamedEvent } from '../contract/events.ts';
import { emptyView, fold, type SessionView } from '../contract/fold.ts';
import { newId } from '../ids.ts';
import { createLog } from '../log.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { type Cursor, parseCursor } from './cursor.ts';
import { createEventFeed, type EventFeed } from './event-feed.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-feed-'));
const at = systemClock.now();
const userId = newId();
let store: Store;
let feed: EventFeed;

beforeAll(async () => {
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  await store.write.putBuiltins({
    agents: [{ id: 'librarian', name: 'Librarian', description: '', instructions: '', tools: [] }],
    at,
  });
  await store.write.createUser({
    userId,
    username: 'alice',
    displayName: 'Alice',
    role: 'member',
    passwordHash: 'none',
    at,
  });
  feed = createEventFeed({ store, log: createLog('silent') });
});

afterAll(async () => {
  feed.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A reader that folds what it is given and remembers its view at every cursor it was sent. */
function reader(
  sessionId: string,
  from: { cursor: Cursor; view: SessionView } = { cursor: { seq: 0 }, view: emptyView },
) {
  let view = from.view;
  const seen: { cursor: string; view: SessionView }[] = [];
  const faults: string[] = [];
  const leave = feed.follow(sessionId, from.cursor, {
    event(event: StreamedEvent, cursor) {
      const folded = fold(view, event);
      if (folded.outcome !== 'applied') faults.push(`${folded.outcome}: ${JSON.stringify(event)}`);
      view = folded.view;
      seen.push({ cursor, view });
    },
    reset: (seq) => faults.push(`reset to ${seq}`),
    failed: (error) => faults.push(String(error)),
  });
  return { leave, seen, faults, view: () => view };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** One session, moved by named steps through the store's own commands. */
async function givenSession() {
  const sessionId = newId();
  await store.write.createSession({
    sessionId,
    userId,
    agentId: 'librarian',
    title: 'New session',
    titleIsSet: false,
    corpora: [],
    origin: 'api',
    at,
  });
  let running: { turnId: string; fence: number; attempt: number; step: number; text: string } | undefined;
  const claim = async (goneInstances: string[]) => {
    const lease = { instanceId: newId(), bootId: 'boot', nowMs: 1_000, untilMs: 16_000 };
    const turn = await store.write.claimTurn({ lease, goneInstances, maxAttempts: 3, maxRunningOfAuthor: 16, at });
    running = turn?.sessionId === sessionId ? { ...turn, text: '' } : undefined;
  };
  const moves: Record<string, (n: number) => Promise<unknown>> = {
    send: async () => {
      const turnId = newId();
      await store.write.acceptTurn({
        turnId,
        sessionId,
        authorUserId: userId,
        clientTurnId: newId(),
        requestHash: 'hash',
        text: 'question 🙂',
        corpora: [],
        parentTurnId: null,
        replacesTurnId: null,
        title: 'question',
        adkEvent: { eventId: newId(), event: {} },
        maxQueuedInSession: 100,
        maxQueuedOfAuthor: 100,
        maxQueued: 100,
        agentIsUsable: true,
        at,
      });
      if (!running) await claim([]);
    },
    write: async (n) => {
      if (!running) return;
      const text = `piece ${n} `;
      const piece = { ...running, offset: running.text.length, text, cited: [] };
      await store.write.flushJournal({ pieces: [piece] });
      running.text += text;
    },
    step: async () => {
      if (!running) return;
      const { step, turnId, fence, text } = running;
      const usage = { input_tokens: 0, output_tokens: 0 };
      await store.write.appendTurnEvents({
        turnId,
        fence,
        events: [
          {
            type: 'agent_message',
            payload: { step, final: false, text, citations: [], model: 'm', usage, partial: false },
          },
          { type: 'tool_call', payload: { step, call_id: `${step}`, tool: 'search_corpora', input: {} } },
          { type: 'tool_result', payload: { call_id: `${step}`, output: {}, is_error: false } },
        ],
        adkEvents: [],
        nextStep: step + 1,
        usage,
        model: 'm',
        at,
      });
      running = { ...running, step: step + 1, text: '' };
    },
    finish: async () => {
      if (!running) return;
      const { step, turnId, fence, text } = running;
      const usage = { input_tokens: 0, output_tokens: 0 };
      await store.write.appendTurnEvents({
        turnId,
        fence,
        events: [
          {
            type: 'agent_message',
            payload: { step, final: true, text, citations: [], model: 'm', usage, partial: false },
          },
        ],
        adkEvents: [],
        nextStep: step + 1,
        usage,
        model: 'm',
        end: { state: 'done' },
        at,
      });
      await claim([]);
    },
    stop: async () => {
      if (!running) return;
      await store.write.stopTurn({ sessionId, turnId: running.turnId, code: 'stopped', at });
      await claim([]);
    },
    takeOver: async () => {
      if (!running) return;
      await claim(await store.read.turnOwners({}));
    },
    rename: (n) => store.write.updateSession({ sessionId, actorUserId: userId, at, changes: { title: `title ${n}` } }),
  };
  const end = async () => {
    for (;;) {
      if (!running) return;
      await moves.finish?.(0);
    }
  };
  return { sessionId, moves, end };
}

const moveNames = ['send', 'write', 'write', 'write', 'step', 'finish', 'stop', 'takeOver', 'rename', 'join'] as const;

test('a reader that joins at any moment, or resumes from any cursor ever sent, folds to the same view with nothing missed or doubled', async () => {
  await assert(
    asyncProperty(array(constantFrom(...moveNames), { minLength: 5, maxLength: 40 }), async (names) => {
      const { sessionId, moves, end } = await givenSession();
      const readers = [reader(sessionId)];
      for (const [index, name] of names.entries()) {
        if (name === 'join') readers.push(reader(sessionId));
        else await moves[name]?.(index);
      }
      await end();
      const { lastSeq } = await store.read.runningStep({ sessionId });
      await until(() => readers.every((each) => each.view().seq === lastSeq || each.faults.length > 0));
      const last = readers[0]?.view();
      for (const each of readers) {
        each.leave();
        expect(each.faults).toEqual([]);
        expect(each.view()).toEqual(last);
      }
      const first = readers[0]?.seen ?? [];
      for (const { cursor, view } of first) {
        const parsed = parseCursor(cursor);
        if (!parsed) throw new Error(`a cursor that cannot be read: ${cursor}`);
        const again = reader(sessionId, { cursor: parsed, view });
        await until(() => again.view().seq === lastSeq || again.faults.length > 0);
        again.leave();
        expect(again.faults).toEqual([]);
        expect(again.view()).toEqual(last);
      }
    }),
    { numRuns: 30, interruptAfterTimeLimit: 20_000, examples: [[['send', 'write', 'takeOver', 'join', 'write']]] },
  );
});

test('a cursor beyond the log is answered by a reset and the stream goes on from there', async () => {
  const { sessionId, moves, end } = await givenSession();
  await moves.send?.(0);
  const { lastSeq } = await store.read.runningStep({ sessionId });
  const resets: number[] = [];
  const seqs: number[] = [];
  const leave = feed.follow(
    sessionId,
    { seq: 999 },
    {
      event: (event) => {
        if ('seq' in event) seqs.push(event.seq);
      },
      reset: (seq) => resets.push(seq),
      failed: () => {},
    },
  );
  await until(() => resets.length > 0);
  await end();
  await until(() => seqs.length >= 2);
  leave();
  expect(resets).toEqual([lastSeq]);
  expect(seqs[0]).toBe(lastSeq + 1);
});
