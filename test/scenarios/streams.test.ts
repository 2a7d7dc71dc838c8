import { beforeAll, describe, expect, test } from 'vitest';
import { finalTurnStates, type StreamedEvent, type TextDelta } from '../../src/contract/events.ts';
import { reset as resetShape } from '../../src/contract/feed.ts';
import { emptyView, foldSnapshot } from '../../src/contract/fold.ts';
import { chatAnswer, eventPage, snapshot as snapshotShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { foldFromStart, foldStrictly } from '../folded.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { type SseReader, toStreamedEvent } from '../sse-reader.ts';
import { answerOf, ask, logOf, send, untilEnded } from '../turns.ts';
import { fastestOf, waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true });
let alice: Person;
beforeAll(async () => {
  alice = await server().person();
});

const eventsPath = (sessionId: string) => `/api/sessions/${sessionId}/events`;

const isTextOf = (event: StreamedEvent, turnId: string): event is TextDelta =>
  event.type === 'text_delta' && event.turn_id === turnId;

const isOver = (events: readonly StreamedEvent[], turnId: string) =>
  events.some((event) => event.type === 'turn_state' && event.turn_id === turnId && finalTurnStates.has(event.state));

/** A librarian's turn: a step that searches, then a step of streamed words. */
const words = Array.from({ length: 30 }, (_each, index) => `word${index}`).join(' ');
const searchThenSpeak = { librarian: true, text: words, pieceDelayMs: 30 };

/** Everything a stream gave up to the end of a turn. */
async function followToEnd(stream: SseReader, turnId: string): Promise<StreamedEvent[]> {
  await stream.until('the end of the turn', ({ events }) => isOver(events, turnId));
  await stream.close();
  return stream.events;
}

describe('a session’s stream', () => {
  test('begins with an id and no data, says when to come back, and is served as a stream', async () => {
    const { session_id } = await openSession(alice);
    const stream = await alice.client.stream(eventsPath(session_id));
    await stream.until('the first id', ({ ids }) => ids[0]);
    expect(stream.raw).toMatch(/^retry: \d+\n\nid: 0\n\n/);
    expect(stream.headers).toMatchObject({
      'content-type': expect.stringContaining('text/event-stream'),
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await stream.close();
  });

  test('replays a session of megabytes whole on one connection, also to a reader who takes their time', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ pieces: 'abcdef'.split('').map((each) => each.repeat(100_000)) });
    for (const message of ['one', 'two', 'three', 'four', 'five']) await ask(alice, session_id, message);
    const log = await logOf(alice, session_id);
    const slow = await alice.client.stream(eventsPath(session_id));
    slow.pause();
    const quick = await alice.client.stream(eventsPath(session_id));
    for (const stream of [quick, slow]) {
      stream.resume();
      await stream.until('the last event', ({ frames }) => frames.length >= log.length);
      await stream.close();
      expect(stream.events).toEqual(log);
    }
  });

  test('a reader that stalls is cut while text is written, and resumes where it was, without gap or double', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ pieces: Array.from({ length: 15 }, (_, n) => `${n}`.repeat(60_000 / `${n}`.length)) });
    const stalled = await alice.client.stream(eventsPath(session_id));
    stalled.pause();
    // More than the system takes for a socket that nobody reads, and what may wait beside it.
    for (const message of ['one', 'two', 'three', 'four', 'five']) {
      answered(await alice.client.post(`/api/sessions/${session_id}/chat`, { message }), 200, chatAnswer);
    }
    const log = await logOf(alice, session_id);
    stalled.resume();
    await stalled.ended;
    const last = stalled.frames.at(-1);
    expect(stalled.events.some((event) => 'seq' in event && event.seq === log.length)).toBe(false);
    const resumed = await alice.client.stream(eventsPath(session_id), {
      headers: { 'last-event-id': last?.id ?? '0' },
    });
    await resumed.until('the last event', ({ events }) =>
      events.some((event) => 'seq' in event && event.seq === log.length),
    );
    await resumed.close();
    const whole = foldFromStart(log);
    expect(foldStrictly(foldFromStart(stalled.events), resumed.events)).toEqual(whole);
  });

  test('carries the log and the text as it is written: each piece the next one, together the answer', async () => {
    const { session_id } = await openSession(alice);
    const pieces = [
      'Zu',
      'erst \u{1F9ED}',
      '\ud83e',
      '\udded und ',
      'dann\u0000',
      '\n\n- eins',
      '\n- zwei [1',
      '] Ende',
    ];
    // A NUL is no text, and no passage was found that the marker could stand for.
    const text = 'Zuerst \u{1F9ED}\u{1F9ED} und dann\uFFFD\n\n- eins\n- zwei Ende';
    server().model.always({ pieces, pieceDelayMs: 40 });
    const stream = await alice.client.stream(eventsPath(session_id));
    const turn = await send(alice, session_id, 'stream, please');
    const events = await followToEnd(stream, turn.turn_id);
    const deltas = events.filter((event) => isTextOf(event, turn.turn_id));
    expect(deltas.length).toBeGreaterThan(2);
    let shown = '';
    for (const delta of deltas) {
      expect(delta.offset).toBe(shown.length);
      expect(delta.text.isWellFormed()).toBe(true);
      shown += delta.text;
    }
    const log = await logOf(alice, session_id);
    expect([shown, answerOf(log, turn.turn_id)?.text]).toEqual([text, text]);
    expect(events.filter((event) => event.type !== 'text_delta')).toEqual(log);
  });

  test('resumed at any position ever sent, it gives exactly the rest: while the turn runs, and after', async () => {
    const { session_id } = await openSession(alice, { title: 'resumed' });
    server().model.always({ text: 'a first answer' });
    await ask(alice, session_id, 'so that the log has a past');
    server().model.always(searchThenSpeak);
    const first = await alice.client.stream(eventsPath(session_id));
    const turn = await send(alice, session_id, 'and now a long one');
    await first.until(
      'a good part of the text',
      ({ events }) => events.filter((event) => isTextOf(event, turn.turn_id)).length >= 8,
    );
    const middle = first.frames.length;
    const during = await Promise.all(positionsOf(first, middle).map((position) => resumeAt(session_id, position)));
    const events = await followToEnd(first, turn.turn_id);
    const whole = foldFromStart(events);
    for (const { position, stream } of during) {
      const rest = await followToEnd(stream, turn.turn_id);
      expect(foldStrictly(viewAt(first, position.frames), rest)).toEqual(whole);
    }
    const positions = positionsOf(first, first.frames.length);
    expect(positions.length).toBeGreaterThan(12);
    for (const position of positions) {
      const view = viewAt(first, position.frames);
      const { stream } = await resumeAt(session_id, position);
      const rest = whole.seq === view.seq ? [] : await followToEnd(stream, turn.turn_id);
      await stream.close();
      expect(foldStrictly(view, rest)).toEqual(whole);
      expect(rest.some((event) => event.type === 'text_delta')).toBe(false);
    }
    console.info(
      `streams: resumed at ${during.length} positions of a running turn, ${positions.length} of a finished one`,
    );
  });

  test('a snapshot and what is streamed after it are the same as everything from the start', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ text: 'earlier' });
    await ask(alice, session_id, 'earlier');
    server().model.always(searchThenSpeak);
    const stream = await alice.client.stream(eventsPath(session_id));
    const turn = await send(alice, session_id, 'long, please');
    const taken: { later: SseReader; view: ReturnType<typeof foldSnapshot> }[] = [];
    for (let pieces = 0; pieces < 12; pieces += 3) {
      await stream.until(
        'more text',
        ({ events }) => events.filter((each) => isTextOf(each, turn.turn_id)).length >= pieces,
      );
      const reply = await alice.client.get(`/api/sessions/${session_id}/snapshot`);
      const snapshot = answered(reply, 200, snapshotShape);
      expect(snapshot.session.last_seq).toBe(snapshot.seq);
      const later = await alice.client.stream(`${eventsPath(session_id)}?after=${snapshot.cursor}`);
      taken.push({ later, view: foldSnapshot(snapshot) });
    }
    const whole = foldFromStart(await followToEnd(stream, turn.turn_id));
    for (const { later, view } of taken) {
      // On a slow machine the turn may be over before its snapshot is taken: then nothing is left to come.
      const seq = () => Math.max(view.seq, ...later.events.map((event) => ('seq' in event ? event.seq : 0)));
      await later.until('the end of the log', () => seq() === whole.seq);
      await later.close();
      expect(foldStrictly(view, later.events)).toEqual(whole);
    }
    const last = answered(await alice.client.get(`/api/sessions/${session_id}/snapshot`), 200, snapshotShape);
    expect(foldSnapshot(last)).toEqual(whole);
    expect(last).not.toHaveProperty('running');
    const newest = answered(await alice.client.get(`/api/sessions/${session_id}/snapshot?turns=1`), 200, snapshotShape);
    expect([newest.turns.map((each) => each.turn_id), newest.has_more]).toEqual([[turn.turn_id], true]);
    expect(newest.events[0]?.seq).toBe(turn.seq);
  });

  test.each([
    ['a seq the log does not have', '9999', 'after'],
    ['no position at all', 'not-a-cursor', 'after'],
    ['a negative one', '-1', 'after'],
    ['one too many parts', '1.1.1.0.0.0', 'header'],
    ['a seq the log does not have, as a browser sends it', '9999.1.1.0.5', 'header'],
  ])('%s is answered by reset with the log’s seq, never by a silent skip', async (_name, cursor, how) => {
    const { session_id } = await openSession(alice);
    server().model.always({ text: 'something' });
    const { log } = await ask(alice, session_id, 'something');
    const stream =
      how === 'after'
        ? await alice.client.stream(`${eventsPath(session_id)}?after=${cursor}`)
        : await alice.client.stream(eventsPath(session_id), { headers: { 'last-event-id': cursor } });
    const frame = await stream.until('the reset', ({ frames }) => frames[0]);
    expect([frame.event, frame.id]).toEqual(['reset', String(log.length)]);
    expect(resetShape.parse(frame.data)).toEqual({ session_id, seq: log.length });
    const { turn } = await ask(alice, session_id, 'and on');
    await stream.until('what came after', ({ events }) => isOver(events, turn.turn_id));
    const [next] = stream.events;
    expect(next && 'seq' in next && next.seq).toBe(log.length + 1);
    await stream.close();
  });

  test('a position within the text of another turn, attempt or step is given that text from its start', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ text: words, pieceDelayMs: 40 });
    const first = await alice.client.stream(eventsPath(session_id));
    const turn = await send(alice, session_id, 'hello');
    const position = await first.until('text', ({ frames }) =>
      frames.findLast((frame) => isTextOf(toStreamedEvent(frame.data), turn.turn_id)),
    );
    const [seq] = position.id.split('.');
    for (const other of ['7.1.0.3', '1.2.0.3', '1.1.3.3', '1.1.0.999999']) {
      const stream = await alice.client.stream(`${eventsPath(session_id)}?after=${seq}.${other}`);
      const piece = await stream.until('text', ({ events }) => events.find((event) => isTextOf(event, turn.turn_id)));
      expect([piece.offset, words.startsWith(piece.text)]).toEqual([0, true]);
      await stream.close();
    }
    await alice.client.post(`/api/sessions/${session_id}/turns/${turn.turn_id}/stop`);
    await first.close();
  });

  test('closing every stream never stops a turn', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ text: words, pieceDelayMs: 15 });
    const streams = await Promise.all([1, 2, 3].map(() => alice.client.stream(eventsPath(session_id))));
    const turn = await send(alice, session_id, 'hello');
    for (const stream of streams) {
      await stream.until('text', ({ events }) => events.find((event) => isTextOf(event, turn.turn_id)));
    }
    await Promise.all(streams.map((stream) => stream.close()));
    const log = await untilEnded(alice, session_id, turn.turn_id);
    expect(answerOf(log, turn.turn_id)).toMatchObject({ text: words, partial: false });
  });

  test('many readers of one session are given the same', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ text: words, pieceDelayMs: 10 });
    const streams = await Promise.all(Array.from({ length: 12 }, () => alice.client.stream(eventsPath(session_id))));
    const turn = await send(alice, session_id, 'hello');
    const all = await Promise.all(streams.map((stream) => followToEnd(stream, turn.turn_id)));
    const [whole] = all.map((events) => foldFromStart(events));
    for (const events of all) expect(foldFromStart(events)).toEqual(whole);
  });

  test('it ends when its session is deleted, and when its reader signs out', async () => {
    const bob = await server().person();
    const [deleted, kept] = [await openSession(bob), await openSession(bob)];
    const streams = await Promise.all([deleted, kept].map((each) => bob.client.stream(eventsPath(each.session_id))));
    await bob.client.delete(`/api/sessions/${deleted.session_id}`);
    await streams[0]?.ended;
    await bob.client.post('/api/auth/logout');
    await streams[1]?.ended;
  });

  test('a forty-first stream of one person is refused, and there is room again once one is closed', async () => {
    const bob = await server().person();
    const { session_id } = await openSession(bob);
    const streams = await Promise.all(Array.from({ length: 40 }, () => bob.client.stream(eventsPath(session_id))));
    const refusal = await bob.client.open(eventsPath(session_id));
    if (!('status' in refusal)) throw new Error('One stream too many was opened.');
    refused(refusal, 429, 'too_many_requests');
    await streams.pop()?.close();
    const again = await waitFor('room for a stream', async () => {
      const opened = await bob.client.open(eventsPath(session_id));
      return 'frames' in opened && opened;
    });
    await Promise.all([...streams, again].map((stream) => stream.close()));
  });
});

/** A position in a recorded stream: the id, and how many frames had come by then. */
type Position = { id: string; frames: number };

function positionsOf(stream: SseReader, upTo: number): Position[] {
  const sent = stream.frames.slice(0, upTo).map((frame, index) => ({ id: frame.id, frames: index + 1 }));
  return [{ id: '0', frames: 0 }, ...sent];
}

/** What somebody who read so far sees. */
function viewAt(stream: SseReader, frames: number) {
  return frames === 0
    ? emptyView
    : foldFromStart(stream.frames.slice(0, frames).map(({ data }) => toStreamedEvent(data)));
}

/** Half of them as a browser resumes, half by the address. */
async function resumeAt(sessionId: string, position: Position): Promise<{ position: Position; stream: SseReader }> {
  const stream =
    position.frames % 2 === 0
      ? await alice.client.stream(eventsPath(sessionId), { headers: { 'last-event-id': position.id } })
      : await alice.client.stream(`${eventsPath(sessionId)}?after=${position.id}`);
  return { position, stream };
}

describe('pages of the log', () => {
  test('after and before page through the log without gap or double', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ text: 'yes' });
    for (let i = 0; i < 4; i++) await ask(alice, session_id, `question ${i}`);
    const log = await logOf(alice, session_id);
    const page = async (query: string) =>
      answered(await alice.client.get(`${eventsPath(session_id)}?${query}`), 200, eventPage);
    const forward: unknown[] = [];
    for (let after = 0, more = true; more; after = forward.length) {
      const { events, has_more, last_seq } = await page(`after=${after}&limit=3`);
      forward.push(...events);
      more = has_more;
      expect(last_seq).toBe(log.length);
    }
    expect(forward).toEqual(log);
    const backward: unknown[] = [];
    for (let before = log.length + 1, more = true; more; before = log.length + 1 - backward.length) {
      const { events, has_more } = await page(`before=${before}&limit=3`);
      backward.unshift(...events);
      more = has_more;
    }
    expect(backward).toEqual(log);
    for (const query of ['after=1&before=2', 'after=x', 'before=0', 'limit=0', 'limit=1001', 'since=1']) {
      refused(await alice.client.get(`${eventsPath(session_id)}?${query}`), 400, 'bad_request');
    }
  });
});

describe('the feed', () => {
  test('carries rows of my list and the events of the sessions it names, resumable by the cursor beside them', async () => {
    const [one, other] = [await openSession(alice), await openSession(alice)];
    server().model.always({ text: words, pieceDelayMs: 20 });
    const feed = await alice.client.stream(`/api/feed?sessions=${one.session_id}@0`);
    const turn = await send(alice, one.session_id, 'hello');
    await send(alice, other.session_id, 'not named');
    const cut = await feed.until('some text', (reader) => {
      const texts = eventsOfFeed(reader).filter(({ event }) => isTextOf(event, turn.turn_id));
      return texts.length >= 5 && texts.at(-1);
    });
    const before = eventsOfFeed(feed).slice(0, eventsOfFeed(feed).findIndex(({ cursor }) => cursor === cut.cursor) + 1);
    await feed.close();
    const resumed = await alice.client.stream(`/api/feed?sessions=${one.session_id}@${cut.cursor}`);
    await resumed.until('the end', (reader) =>
      isOver(
        eventsOfFeed(reader).map(({ event }) => event),
        turn.turn_id,
      ),
    );
    await resumed.until('the row', ({ frames }) =>
      frames.find(({ event, data }) => event === 'row' && JSON.stringify(data).includes('"chat_messages":2')),
    );
    const all = [...before, ...eventsOfFeed(resumed)].map(({ event }) => event);
    const view = foldFromStart(all);
    expect(view.turns[0]?.answer?.text).toBe(words);
    expect(new Set(all.map((event) => event.session_id))).toEqual(new Set([one.session_id]));
    await resumed.close();
    const unknown = await alice.client.stream(`/api/feed?sessions=${one.session_id}@99999`);
    await unknown.until('the reset', ({ frames }) => frames.find((frame) => frame.event === 'reset'));
    await unknown.close();
  });
});

/** The session events on a feed, each with the cursor beside it. */
function eventsOfFeed({ frames }: SseReader): { event: StreamedEvent; cursor: string }[] {
  return frames.filter((frame) => frame.event === undefined).map(splitCursor);
}

function splitCursor({ data }: { data: unknown }): { event: StreamedEvent; cursor: string } {
  const { cursor, ...event } = data as { cursor: string };
  return { event: toStreamedEvent(event), cursor };
}

test('the first word of an instant model is shown soon after its message', async () => {
  server().model.always({ text: 'instant' });
  const boundMs = 500;
  const tookMs = await fastestOf(5, boundMs, async () => {
    const { session_id } = await openSession(alice);
    const stream = await alice.client.stream(eventsPath(session_id));
    const startedMs = performance.now();
    const turn = await send(alice, session_id, 'quick');
    await stream.until('text', ({ events }) => events.find((event) => isTextOf(event, turn.turn_id)));
    const elapsedMs = performance.now() - startedMs;
    await stream.close();
    await untilEnded(alice, session_id, turn.turn_id);
    return elapsedMs;
  });
  expect(tookMs).toBeLessThan(boundMs);
});
