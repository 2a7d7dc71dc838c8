import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentList, document as documentShape } from '../../src/contract/documents.ts';
import { finalTurnStates, type SessionEvent, type StreamedEvent } from '../../src/contract/events.ts';
import { emptyView, fold, type SessionView } from '../../src/contract/fold.ts';
import { type Session, session as sessionShape, turnAnswer } from '../../src/contract/sessions.ts';
import { answered } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import type { SseReader } from '../sse-reader.ts';
import { answerOf, ask, logOf, send, stateOf, untilEnded } from '../turns.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });

/** Long enough to be killed in. */
const words = Array.from({ length: 60 }, (_each, index) => `word${index}`).join(' ');

/** Everything that was acknowledged since the first start; none of it may ever be missing. */
type Acknowledged = { sessionId: string; turnId: string; clientTurnId: string; text: string };
const acknowledged: Acknowledged[] = [];
let kills = 0;

let alice: Person;
let curator: Person;
let corpusId: string;
/** A finished turn with a citation, and settings of its session, from before the first kill. */
let cited: { session: Session; log: SessionEvent[] };

beforeAll(async () => {
  alice = await server().person();
  curator = await server().person('curator');
  const corpus = await newCorpus(curator, 'Lighthouses');
  corpusId = corpus.id;
  const documentId = await upload(
    curator,
    corpusId,
    'skerry.md',
    '# Skerry\n\nThe lamp of Skerry turns every nine seconds.\n',
  );
  expect((await untilRead(curator, documentId)).state).toBe('ready');
  const { session_id } = await openSession(alice, { corpora: ['Lighthouses'] });
  server().model.next(
    { text: '', toolCalls: [{ id: 'c', name: 'search_corpora', arguments: '{"query":"lamp of Skerry turns"}' }] },
    { text: 'The lamp of Skerry turns every nine seconds [1].' },
  );
  const { log, answer } = await ask(alice, session_id, 'How often does the lamp turn?');
  expect(answer?.citations).toHaveLength(1);
  await alice.client.patch(`/api/sessions/${session_id}`, { title: 'Lamps', pinned: true, archived: true });
  cited = { session: await read(session_id), log: log.concat((await logOf(alice, session_id)).slice(log.length)) };
});

afterAll(() =>
  console.info(`crash: killed ${kills} times, ${acknowledged.length} acknowledged messages found each time`),
);

async function read(sessionId: string): Promise<Session> {
  return answered(await alice.client.get(`/api/sessions/${sessionId}`), 200, sessionShape);
}

/** Sends a message and keeps in mind that it was acknowledged. */
async function say(sessionId: string, text: string): Promise<Acknowledged> {
  const clientTurnId = randomUUID();
  const { turn_id } = await send(alice, sessionId, text, { client_turn_id: clientTurnId });
  const said = { sessionId, turnId: turn_id, clientTurnId, text };
  acknowledged.push(said);
  return said;
}

const eventsPath = (sessionId: string) => `/api/sessions/${sessionId}/events`;

/** What must hold after every kill, before and after the next start. */
async function checkStore(): Promise<void> {
  await checkInvariants(server().databasePath);
  for (const { sessionId, turnId, clientTurnId, text } of acknowledged) {
    const rows = queryDatabase(
      server().databasePath,
      `select e.payload from session_events e join turns t on t.turn_id = e.turn_id and t.message_seq = e.seq
       where e.session_id = ? and e.type = 'user_message' and t.client_turn_id = ?`,
      sessionId,
      clientTurnId,
    );
    expect(rows).toHaveLength(1);
    expect(JSON.parse(String(rows[0]?.payload))).toMatchObject({ text });
    expect(
      queryDatabase(server().databasePath, 'select turn_id from turns where client_turn_id = ?', clientTurnId),
    ).toEqual([{ turn_id: turnId }]);
  }
}

async function killAndStartAgain(): Promise<void> {
  await server().process.kill();
  kills += 1;
  await checkStore();
  await server().startAgain();
}

/** Nothing that was finished before a kill has changed. */
async function checkFinished(): Promise<void> {
  await checkStore();
  expect(await read(cited.session.session_id)).toEqual(cited.session);
  expect(await logOf(alice, cited.session.session_id)).toEqual(cited.log);
  for (const { sessionId, turnId, clientTurnId, text } of acknowledged) {
    const again = await alice.client.post(`/api/sessions/${sessionId}/turns`, { client_turn_id: clientTurnId, text });
    expect(answered(again, 200, turnAnswer).turn_id).toBe(turnId);
  }
}

/** Folds what a reader got before and after a cut: nothing doubled, nothing skipped. Text of a new attempt replaces what was
 *  shown only from offset 0, in view of everybody. */
function foldAcross(before: readonly StreamedEvent[], after: readonly StreamedEvent[]): SessionView {
  let view = emptyView;
  for (const event of [...before, ...after]) {
    const step = fold(view, event);
    expect({ event, outcome: step.outcome }).toEqual({ event, outcome: 'applied' });
    view = step.view;
  }
  return view;
}

const shownOf = (view: SessionView, turnId: string) =>
  view.turns.find((turn) => turn.turnId === turnId)?.running?.text ?? '';

async function untilShown(stream: SseReader, turnId: string, length: number): Promise<void> {
  await stream.until(`${length} characters of text`, ({ events }) => {
    const ends = events.map((event) =>
      event.type === 'text_delta' && event.turn_id === turnId ? event.offset + event.text.length : 0,
    );
    return Math.max(0, ...ends) >= length;
  });
}

type MidStream = {
  /** Characters of the answer that its reader has when the process is killed. */
  atLength: number;
  /** What the model writes when it is asked again; the same unless told. */
  second?: string;
  search?: boolean;
};

/** Kills the server while a turn streams, starts it again, and follows the turn to its end as a reconnecting reader does. */
async function killMidStream({ atLength, second = words, search = false }: MidStream) {
  const { session_id } = await openSession(alice);
  server().model.always({ text: words, pieceDelayMs: 25, librarian: search });
  const stream = await alice.client.stream(eventsPath(session_id));
  const said = await say(session_id, `lamp of Skerry, killed at ${atLength}`);
  await untilShown(stream, said.turnId, atLength);
  server().model.always({ text: second, pieceDelayMs: 25, librarian: search });
  await killAndStartAgain();
  await stream.ended;
  const shown = shownOf(foldAcross(stream.events, []), said.turnId);
  expect(shown.length).toBeGreaterThanOrEqual(atLength);

  const resumed = await alice.client.stream(eventsPath(session_id), {
    headers: { 'last-event-id': stream.ids.at(-1) ?? '' },
  });
  await resumed.until('the end of the turn', ({ events }) =>
    events.some((event) => event.type === 'turn_state' && finalTurnStates.has(event.state)),
  );
  await resumed.close();
  const log = await logOf(alice, session_id);
  expect(foldAcross(stream.events, resumed.events).seq).toBe(log.length);
  expect(stateOf(log, said.turnId)).toMatchObject({ state: 'done', attempt: 2 });
  expect(log.filter((event) => event.type === 'agent_message' && event.final)).toHaveLength(1);
  expect(await read(session_id)).toMatchObject({ chat_messages: 2, user_queries: 1 });
  /** The text in view after each frame since the resume, until the answer took its place. */
  const inView = resumed.events.flatMap((_event, index) => {
    const text = shownOf(foldAcross(stream.events, resumed.events.slice(0, index + 1)), said.turnId);
    return text === '' ? [] : [text];
  });
  return { shown, inView, log, answer: answerOf(log, said.turnId)?.text ?? '' };
}

describe('kill -9 in the middle of a streamed answer', () => {
  test.each([1, 120])('at %i characters: the answer goes on from the text that was shown', async (atLength) => {
    const { shown, inView, answer } = await killMidStream({ atLength });
    expect(answer).toBe(words);
    expect(inView.length).toBeGreaterThan(1);
    for (const text of inView) expect([text.startsWith(shown), words.startsWith(text)]).toEqual([true, true]);
    await checkFinished();
  });

  test('a model that says something else replaces the text, once, in view of every reader', async () => {
    const second = words.replaceAll('word', 'other');
    const { shown, inView, answer } = await killMidStream({ atLength: 100, second });
    expect(answer).toBe(second);
    const replaced = inView.findIndex((text) => !text.startsWith(shown));
    expect(replaced).toBeGreaterThanOrEqual(0);
    for (const text of inView.slice(replaced)) expect(second.startsWith(text)).toBe(true);
    await checkFinished();
  });

  test('in the step after a search: the search is not run again, and the answer keeps its citation', async () => {
    const { log, answer, shown } = await killMidStream({ atLength: 60, search: true });
    expect(answer.startsWith(shown)).toBe(true);
    expect(log.filter((event) => event.type === 'tool_call')).toHaveLength(1);
    expect(log.filter((event) => event.type === 'tool_result')).toHaveLength(1);
    const final = log.find((event) => event.type === 'agent_message' && event.final);
    expect(final).toMatchObject({ step: 1, citations: [{ n: 1, corpus_name: 'Lighthouses' }] });
    await checkFinished();
  });

  test('twice in one turn: the third attempt ends it', async () => {
    const { session_id } = await openSession(alice);
    server().model.always({ text: words, pieceDelayMs: 25 });
    const said = await say(session_id, 'killed twice');
    const seen: StreamedEvent[] = [];
    let cursor = '0';
    for (const atLength of [40, 200]) {
      const stream = await alice.client.stream(eventsPath(session_id), { headers: { 'last-event-id': cursor } });
      await untilShown(stream, said.turnId, atLength);
      await killAndStartAgain();
      await stream.ended;
      seen.push(...stream.events);
      cursor = stream.ids.at(-1) ?? '';
    }
    const log = await untilEnded(alice, session_id, said.turnId);
    const last = await alice.client.stream(eventsPath(session_id), { headers: { 'last-event-id': cursor } });
    await last.until('the end', ({ events }) => events.some((event) => 'seq' in event && event.seq === log.length));
    await last.close();
    const view = foldAcross(seen, last.events);
    expect(view.turns[0]).toMatchObject({ state: 'done', attempt: 3, answer: { text: words, partial: false } });
    await checkFinished();
  });
});

/** Starts the server so that it kills itself there, and does something that leads there. */
async function dieAt(
  point: string,
  act: (sessionId: string) => Promise<unknown>,
  ...pointsOfNextStarts: string[]
): Promise<string> {
  const { session_id } = await openSession(alice);
  await server().process.kill();
  for (const each of [point, ...pointsOfNextStarts]) {
    await server().startAgain({ PERDURE_TEST_KILL_AT: each });
    if (each === point) await act(session_id).catch(() => undefined);
    expect(await server().process.exited).toEqual({ code: null, signal: 'SIGKILL' });
    kills += 1;
    await checkStore();
  }
  await server().startAgain();
  return session_id;
}

async function post(sessionId: string, clientTurnId: string, text: string) {
  return alice.client.post(`/api/sessions/${sessionId}/turns`, { client_turn_id: clientTurnId, text });
}

describe('kill -9 at a point between two commits', () => {
  test('after the message’s commit, before its answer and its claim: the resend finds it, once, and it is answered', async () => {
    server().model.always({ text: 'late but sure' });
    const clientTurnId = randomUUID();
    const sessionId = await dieAt('after:acceptTurn', (id) => post(id, clientTurnId, 'was I heard?'));
    const [waiting] = await logOf(alice, sessionId);
    const turnId = waiting?.turn_id ?? '';
    const log = await untilEnded(alice, sessionId, turnId);
    expect(answerOf(log, turnId)?.text).toBe('late but sure');
    acknowledged.push({ sessionId, turnId, clientTurnId, text: 'was I heard?' });
    await checkFinished();
    expect(await read(sessionId)).toMatchObject({ chat_messages: 2, user_queries: 1 });
  });

  test('before the message’s commit: nothing is there, and the resend sends it', async () => {
    const clientTurnId = randomUUID();
    const sessionId = await dieAt('before:acceptTurn', (id) => post(id, clientTurnId, 'lost?'));
    expect(await logOf(alice, sessionId)).toEqual([]);
    const turn = answered(await post(sessionId, clientTurnId, 'lost?'), 202, turnAnswer);
    acknowledged.push({ sessionId, turnId: turn.turn_id, clientTurnId, text: 'lost?' });
    await untilEnded(alice, sessionId, turn.turn_id);
    await checkFinished();
  });

  test('after the claim: the turn ends done by itself, with one answer', async () => {
    server().model.always({ text: 'claimed twice' });
    const clientTurnId = randomUUID();
    const sessionId = await dieAt(
      'after:acceptTurn',
      (id) => post(id, clientTurnId, 'who takes me?'),
      'after:claimTurn',
    );
    const turnId = (await logOf(alice, sessionId))[0]?.turn_id ?? '';
    acknowledged.push({ sessionId, turnId, clientTurnId, text: 'who takes me?' });
    const log = await untilEnded(alice, sessionId, turnId);
    expect(stateOf(log, turnId)).toMatchObject({ state: 'done', attempt: 2 });
    expect(answerOf(log, turnId)?.text).toBe('claimed twice');
    await checkFinished();
  });

  test.each([
    ['after:flushJournal', 2],
    ['before:appendTurnEvents', 2],
    ['after:appendTurnEvents', 1],
  ])('%s: the turn ends done by itself, with one answer', async (point, attempt) => {
    server().model.always({ text: 'a few words of an answer' });
    const clientTurnId = randomUUID();
    const sessionId = await dieAt(point, async (id) => {
      const { turn_id } = answered(await post(id, clientTurnId, 'hello'), 202, turnAnswer);
      acknowledged.push({ sessionId: id, turnId: turn_id, clientTurnId, text: 'hello' });
    });
    const turnId = queryDatabase(
      server().databasePath,
      'select turn_id from turns where client_turn_id = ?',
      clientTurnId,
    )[0];
    const log = await untilEnded(alice, sessionId, String(turnId?.turn_id));
    expect(stateOf(log, String(turnId?.turn_id))).toMatchObject({ state: 'done', attempt });
    expect(answerOf(log, String(turnId?.turn_id))).toMatchObject({ text: 'a few words of an answer', partial: false });
    await checkFinished();
  });

  test('after a session’s commit: it is there, with no message, and can be used', async () => {
    const before = await alice.client.get('/api/sessions');
    await dieAt('after:createSession', () => alice.client.post('/api/sessions'));
    const rows = queryDatabase(
      server().databasePath,
      'select session_id, last_seq from user_sessions where user_id = ? order by created_at desc limit 1',
      alice.user.id,
    );
    expect(rows[0]?.last_seq).toBe(0);
    expect(before.text).not.toContain(String(rows[0]?.session_id));
    server().model.always({ text: 'usable' });
    expect((await ask(alice, String(rows[0]?.session_id), 'hello')).answer?.text).toBe('usable');
    await checkFinished();
  });
});

describe('kill -9 in the middle of an upload', () => {
  test('half a file is no document; the whole file, sent again, is', async () => {
    const before = answered(await curator.client.get(`/api/corpora/${corpusId}/documents`), 200, documentList);
    const body = `# Beacon\n\n${'The beacon of Holm blinks twice. '.repeat(20_000)}`;
    const path = `/api/corpora/${corpusId}/documents?filename=beacon.md`;
    const { hostname, port } = server().url;
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: ${hostname}`,
      `Authorization: Bearer ${curator.client.token}`,
      `Content-Length: ${body.length}`,
    ];
    await new Promise<void>((resolve) => {
      socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, body.length / 2)}`, () => resolve());
    });
    await killAndStartAgain();
    socket.destroy();
    const after = answered(await curator.client.get(`/api/corpora/${corpusId}/documents`), 200, documentList);
    expect(after).toEqual(before);
    const documentId = await upload(curator, corpusId, 'beacon.md', body);
    expect(await untilRead(curator, documentId)).toMatchObject({ state: 'ready', bytes: body.length });
    await checkFinished();
  });

  test('an upload that was answered is read to its end by the next start', async () => {
    const body = `# Reef\n\n${Array.from({ length: 400 }, (_each, i) => `Buoy ${i} marks the reef.`).join('\n\n')}`;
    const documentId = await upload(curator, corpusId, 'reef.md', body);
    await killAndStartAgain();
    const document = answered(await curator.client.get(`/api/documents/${documentId}`), 200, documentShape);
    expect(document.bytes).toBe(body.length);
    expect((await untilRead(curator, documentId)).state).toBe('ready');
    const original = await curator.client.get(`/api/documents/${documentId}/original`);
    expect(original.text).toBe(body);
    await checkFinished();
  });
});
