import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { auditList } from '../../src/contract/audit.ts';
import { importAnswer } from '../../src/contract/personal-data.ts';
import { sessionFile } from '../../src/contract/session-export.ts';
import { sessionList } from '../../src/contract/sessions.ts';
import { newAgent } from '../agents.ts';
import { answered, refused } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { exportWith, importArchive, writtenSession } from '../exports.ts';
import { openSession, type Person } from '../given.ts';
import { newKey } from '../keys.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf } from '../turns.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });

const exported = (person: Person, sessionId: string, format: string) =>
  person.client.get(`/api/sessions/${sessionId}/export?format=${format}`);
const recordsOf = async (id: string) => {
  const path = `/api/admin/audit?action=session.exported&object_id=${id}`;
  return answered(await server().admin.client.get(path), 200, auditList).records;
};

test('a session leaves as Markdown with its sources as footnotes, and as JSON that an import takes; both go on record', async () => {
  const person = await server().person('curator');
  const corpus = await newCorpus(person, `Gates ${randomUUID()}`);
  const text = 'The gate opens at seven in the morning and closes at nine in the evening.';
  const document_id = await upload(person, corpus.id, 'gate.txt', text);
  expect((await untilRead(person, document_id)).state).toBe('ready');
  const { session_id } = await openSession(person, { corpora: [corpus.id], title: 'Gate: “hours”/days' });
  const { answer } = await ask(person, session_id, 'When does the gate open?');
  expect(answer?.citations.length).toBeGreaterThan(0);

  const markdown = await exported(person, session_id, 'markdown');
  expect(markdown.status).toBe(200);
  expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
  expect(markdown.headers['content-disposition']).toBe(
    `attachment; filename="Gate _hours_ days.md"; filename*=UTF-8''Gate%20%E2%80%9Chours%E2%80%9D%20days.md`,
  );
  const written = markdown.bytes.toString('utf8');
  expect(written).toContain('> When does the gate open?');
  expect(written).toContain('[^1]: **gate');
  expect(written).toContain('seven in the morning');

  const json = await exported(person, session_id, 'json');
  const file = sessionFile.parse(JSON.parse(json.bytes.toString('utf8')));
  expect(file.events).toEqual(await logOf(person, session_id));
  expect((await recordsOf(session_id)).map(({ facts, actor }) => [facts['format'], actor?.id])).toEqual([
    ['json', person.user.id],
    ['markdown', person.user.id],
  ]);

  const other = await server().person();
  const archive = exportWith([], { [`sessions/${session_id}.json`]: json.bytes });
  expect(answered(await importArchive(other, archive), 200, importAnswer)).toMatchObject({ brought_back: 1 });
  const [again] = answered(await other.client.get('/api/sessions'), 200, sessionList).sessions;
  expect(again).toMatchObject({ title: file.session.title, chat_messages: 2, user_queries: 1 });
});

test('where the agent was changed stands in the Markdown, and in the JSON as it is in the log', async () => {
  const person = await server().person();
  const clerk = await newAgent(server().admin);
  const { session_id } = await openSession(person);
  await ask(person, session_id, 'Who are you?');
  expect((await person.client.patch(`/api/sessions/${session_id}`, { agent_id: clerk.id })).status).toBe(200);
  await ask(person, session_id, 'And you?');
  const written = (await exported(person, session_id, 'markdown')).bytes.toString('utf8');
  expect(written).toMatch(
    /> Who are you\?[^]*\*Agent [-\da-f]+ answers from here on\*\n\n## Question 2\n[^]*> And you\?/,
  );
  const { events } = sessionFile.parse(JSON.parse((await exported(person, session_id, 'json')).bytes.toString('utf8')));
  const changes = events.flatMap((event) => (event.type === 'session_updated' && event.agent ? [event.agent.id] : []));
  expect(changes).toEqual([clerk.id]);
});

test('a session that was closed can be exported, a deleted one and somebody else’s cannot, and nothing is recorded of those', async () => {
  const person = await server().person();
  const closed = (await openSession(person)).session_id;
  await ask(person, closed, 'Is it open?');
  await server().admin.client.post(`/api/admin/sessions/${closed}/invalidate`);
  const reply = await exported(person, closed, 'markdown');
  expect(reply.bytes.toString('utf8')).toContain('- Closed by an administrator');

  const deleted = (await openSession(person)).session_id;
  await person.client.delete(`/api/sessions/${deleted}`);
  refused(await exported(person, deleted, 'json'), 404, 'not_found');
  expect(await recordsOf(deleted)).toEqual([]);
  const mine = (await openSession(person)).session_id;
  for (const stranger of [await server().person('curator'), server().admin]) {
    refused(await exported(stranger, mine, 'json'), 404, 'not_found');
  }
  expect(await recordsOf(mine)).toEqual([]);
  refused(await exported(person, randomUUID(), 'json'), 404, 'not_found');
  refused(await exported(person, mine, 'pdf'), 400, 'bad_request');
});

test('a key that reads sessions exports them, another does not', async () => {
  const person = await server().person('curator');
  const { session_id } = await openSession(person);
  const path = `/api/sessions/${session_id}/export?format=json`;
  for (const [scope, status] of [
    ['sessions:read', 200],
    ['knowledge:read', 403],
  ] as const) {
    const { key } = await newKey(person, [scope]);
    const reply = await server().anonymous.get(path, { headers: { authorization: `Bearer ${key}` } });
    expect(reply.status, scope).toBe(status);
  }
});

test('5,000 events leave while others are answered, whole and in order', async () => {
  const person = await server().person();
  const written = writtenSession('Long');
  const [message, ...rest] = written.events;
  const events: Record<string, unknown>[] = [];
  for (let turn = 0; turn < 1_000; turn++) {
    const turnId = randomUUID();
    for (const event of [message, ...rest]) {
      const { client_turn_id: _id, ...kept } = event ?? {};
      const own = event === message ? { client_turn_id: randomUUID(), text: `Question ${turn}` } : {};
      events.push({ ...kept, ...own, turn_id: turnId, seq: events.length + 1 });
    }
  }
  const session = { ...written.session, last_seq: events.length, chat_messages: 2_000, user_queries: 1_000 };
  answered(await importArchive(person, exportWith([{ session, events }])), 200, importAnswer);
  const [long] = answered(await person.client.get('/api/sessions'), 200, sessionList).sessions;
  const state = { isDone: false };
  const download = exported(person, long?.session_id ?? '', 'markdown').finally(() => {
    state.isDone = true;
  });
  let slowestMs = 0;
  let asked = 0;
  do {
    const before = performance.now();
    await person.client.get('/healthz');
    slowestMs = Math.max(slowestMs, performance.now() - before);
    asked += 1;
  } while (!state.isDone);
  const numbers = [...(await download).bytes.toString('utf8').matchAll(/^> Question (\d+)$/gm)].map(([, n]) =>
    Number(n),
  );
  expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  console.info(`export: 5,000 events; ${asked} other requests meanwhile, the slowest ${slowestMs.toFixed(0)} ms`);
  expect(slowestMs).toBeLessThan(2_000);
});
