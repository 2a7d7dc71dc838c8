import { expect, test, vi } from 'vitest';
import type { StreamedEvent, TextDelta } from '../../src/contract/events.ts';
import type { FakeAnswer, RecordedRequest } from '../../src/models/testing/fake-answers.ts';
import { queryDatabase } from '../database.ts';
import { foldFromStart, foldStrictly } from '../folded.ts';
import { GivenServer, openSession } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { slowStartMs } from '../shared-server.ts';
import type { SseReader } from '../sse-reader.ts';
import { answerOf, send, stateOf, untilEnded } from '../turns.ts';

vi.setConfig({ testTimeout: slowStartMs });

const words = Array.from({ length: 80 }, (_each, index) => `word${index}`).join(' ');
/** Time for every reader to be there before the second attempt says anything. */
const firstByteDelayMs = 1_000;

const isDelta = (event: StreamedEvent): event is TextDelta => event.type === 'text_delta';
const lengthOf = (events: readonly StreamedEvent[]) =>
  Math.max(0, ...events.filter(isDelta).map((delta) => delta.offset + delta.text.length));

/** What a reader has in view after each of these events, while the turn runs: no two neighbours alike. */
function viewsOf(before: readonly StreamedEvent[], after: readonly StreamedEvent[]): string[] {
  let view = foldFromStart(before);
  const texts = [view.turns[0]?.running?.text ?? ''];
  for (const event of after) {
    view = foldStrictly(view, [event]);
    const text = view.turns[0]?.running?.text;
    if (text !== undefined && text !== '' && text !== texts.at(-1)) texts.push(text);
  }
  return texts.filter((text) => text !== '');
}

/** Kills the server in the middle of an answer and follows the turn to its end with readers that were there, and one that comes after. */
async function killMidAnswer(env: Readonly<Record<string, string>>, second: (request: RecordedRequest) => FakeAnswer) {
  await using server = await GivenServer.start({ withModel: true, env });
  const { admin, model } = server;
  const { session_id } = await openSession(admin);
  const path = `/api/sessions/${session_id}/events`;
  model.next({ text: words, pieceDelayMs: 25, continues: true });
  model.always(second);
  const early = [await admin.client.stream(path), await admin.client.stream(path)];
  const turn = await send(admin, session_id, 'Say a lot of words.');
  await Promise.all(early.map((each) => each.until('text', ({ events }) => lengthOf(events) > 150)));
  await server.process.kill();
  await Promise.all(early.map((each) => each.ended));
  await checkInvariants(server.databasePath);
  const journaled = queryDatabase(server.databasePath, 'select text from turn_journal order by id')
    .map((row) => row.text)
    .join('');

  await server.startAgain();
  const resume = (each: SseReader) =>
    admin.client.stream(path, { headers: { 'last-event-id': each.ids.at(-1) ?? '' } });
  const late = [...(await Promise.all(early.map(resume))), await admin.client.stream(path)];
  const log = await untilEnded(admin, session_id, turn.turn_id);
  await Promise.all(late.map((each) => each.until('the end', ({ events }) => events.some(isLast(log.length)))));
  await Promise.all(late.map((each) => each.close()));
  await checkInvariants(server.databasePath);
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
  expect(log.filter((event) => event.type === 'agent_message')).toHaveLength(1);
  const readers = late.map((each, index) => {
    const before = early[index]?.events ?? [];
    return {
      /** What this reader was shown before the kill; nothing to one that was not there. */
      shown: foldFromStart(before).turns[0]?.running?.text ?? '',
      views: viewsOf(before, each.events),
      /** The first piece of the second attempt, with which its text takes the place of the first's. */
      switch: each.events.filter(isDelta).find((delta) => delta.attempt === 2),
    };
  });
  expect(readers.map(({ shown }) => journaled.startsWith(shown))).toEqual([true, true, true]);
  expect(readers.slice(0, 2).every(({ shown }) => shown.length > 150)).toBe(true);
  expect(model.requests).toHaveLength(2);
  return { journaled, readers, answer: answerOf(log, turn.turn_id)?.text, request: model.requests[1] };
}

const isLast = (seq: number) => (event: StreamedEvent) => 'seq' in event && event.seq === seq;
const lastMessage = (request: RecordedRequest | undefined) => request?.body.messages?.at(-1);
const places = (readers: readonly { switch: TextDelta | undefined }[]) =>
  readers.map(({ switch: delta }) => delta && { attempt: delta.attempt, step: delta.step, offset: delta.offset });
const sameSwitch = Array.from({ length: 3 }, () => ({ attempt: 2, step: 0, offset: 0 }));

test('a model that continues is sent the shown text as its last message, and no shown character changes for anybody', async () => {
  const rest = ' and then something that nobody had planned at all';
  const { journaled, readers, answer, request } = await killMidAnswer({ PERDURE_MODEL_CONTINUES: '1' }, (asked) => ({
    text: `${String(lastMessage(asked)?.content)}${rest}`,
    continues: true,
    firstByteDelayMs,
    pieceDelayMs: 25,
  }));
  expect(lastMessage(request)).toMatchObject({ role: 'assistant', content: journaled });
  expect(answer).toBe(journaled + rest);
  for (const { views } of readers) {
    expect(views.length).toBeGreaterThan(2);
    for (const [index, text] of views.entries()) expect(text.startsWith(views[index - 1] ?? '')).toBe(true);
    expect((journaled + rest).startsWith(views.at(-1) ?? '-')).toBe(true);
  }
  expect(places(readers)).toEqual(sameSwitch);
});

test('a model that does not continue is not sent it; its new text replaces the shown once, by the same switch for everybody', async () => {
  const other = words.replaceAll('word', 'other');
  const { journaled, readers, answer, request } = await killMidAnswer({}, () => ({
    text: other,
    firstByteDelayMs,
    pieceDelayMs: 25,
  }));
  expect(lastMessage(request)?.role).toBe('user');
  expect(JSON.stringify(request?.body.messages)).not.toContain('word1');
  expect(answer).toBe(other);
  for (const { views } of readers) {
    const switches = views.flatMap((text, index) =>
      index > 0 && !text.startsWith(views[index - 1] ?? '') ? [index] : [],
    );
    expect(switches).toHaveLength(1);
    const [at = 0] = switches;
    for (const text of views.slice(0, at)) expect(journaled.startsWith(text)).toBe(true);
    for (const text of views.slice(at)) expect(other.startsWith(text)).toBe(true);
  }
  expect(places(readers)).toEqual(sameSwitch);
});
