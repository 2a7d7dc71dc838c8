import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type ConversationImport, conversationImport } from '../../src/contract/conversation-import.ts';
import { type Session, sessionList } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { exportWith, sessionText, writtenSession } from '../exports.ts';
import { chatgptTalk, librechat, librechatMessage, openWebui } from '../../src/personal-data/testing/foreign-chats.ts';
import type { Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf } from '../turns.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });

const send = (person: Person, body: string | Uint8Array, preview = false) =>
  person.client.call('POST', `/api/account/import/conversations?preview=${preview}`, { body });
const preview = async (person: Person, body: string | Uint8Array): Promise<ConversationImport> =>
  answered(await send(person, body, true), 200, conversationImport);
const bringIn = async (person: Person, body: string | Uint8Array): Promise<ConversationImport> =>
  answered(await send(person, body), 200, conversationImport);
const sessionsOf = async (person: Person): Promise<Session[]> =>
  answered(await person.client.get('/api/sessions'), 200, sessionList).sessions;
const json = (...conversations: object[]) => JSON.stringify(conversations);
const counts = ({ conversations: _named, ...rest }: ConversationImport) => rest;
const nothing = { is_preview: false, comes: 0, brought_in: 0, already_here: 0, refused: 0, left_out: 0 };

describe('conversations of other chats', () => {
  test('come as a preview says, with their times, and go on here', async () => {
    const person = await server().person();
    const file = json(chatgptTalk('one', 'tea'), { title: 'broken', mapping: 7 }, chatgptTalk('two', 'coffee'));
    const shown = await preview(person, file);
    expect(counts(shown)).toEqual({ ...nothing, is_preview: true, comes: 2, refused: 1 });
    expect(shown.conversations.map(({ state, title, messages }) => [state, title, messages])).toEqual([
      ['refused', 'broken', 0],
      ['comes', 'tea', 2],
      ['comes', 'coffee', 2],
    ]);
    expect(shown.conversations[0]?.reason).toBe('It is not as ChatGPT writes a conversation (at mapping).');
    expect(await sessionsOf(person)).toEqual([]);

    expect(counts(await bringIn(person, file))).toEqual({ ...nothing, brought_in: 2, refused: 1 });
    const sessions = await sessionsOf(person);
    const tea = sessions.find(({ title }) => title === 'tea');
    expect(tea).toMatchObject({
      created_at: '2025-08-24T01:46:40.123Z',
      last_activity: '2025-08-24T01:46:42.000Z',
      chat_messages: 2,
      user_queries: 1,
      imported_at: expect.stringMatching(/^20/),
      agent: { id: 'librarian', name: 'Librarian' },
    });
    const log = await logOf(person, tea?.session_id ?? '');
    expect(log.find((event) => event.type === 'agent_message')).toMatchObject({
      text: 'It is **this**.',
      model: 'gpt-4o',
    });
    server().model.next({ text: 'And on it goes.' });
    expect((await ask(person, tea?.session_id ?? '', 'Go on')).answer?.text).toBe('And on it goes.');
    await checkInvariants(server().databasePath);
  });

  test('twice make nothing double, also when the first time broke off, and what was thrown away comes again', async () => {
    const person = await server().person();
    await bringIn(person, json(chatgptTalk('one', 'tea')));
    const both = json(
      chatgptTalk('one', 'tea'),
      openWebui('two', 'Web', [{ id: 'q', parentId: null, role: 'user', content: 'Hello?' }]),
    );
    expect(counts(await preview(person, both))).toMatchObject({ comes: 1, already_here: 1 });
    expect(counts(await bringIn(person, both))).toMatchObject({ brought_in: 1, already_here: 1 });
    expect(counts(await bringIn(person, both))).toMatchObject({ brought_in: 0, already_here: 2 });
    const [first] = await sessionsOf(person);
    await person.client.delete(`/api/sessions/${first?.session_id}`);
    expect(counts(await preview(person, both))).toMatchObject({ comes: 1, already_here: 1 });
    expect(counts(await bringIn(person, both))).toMatchObject({ brought_in: 1, already_here: 1 });
    expect(await sessionsOf(person)).toHaveLength(2);
    const stranger = await server().person();
    expect(counts(await preview(stranger, both))).toMatchObject({ comes: 2, already_here: 0 });
  });

  test('come from ChatGPT’s archive in its parts, from Open WebUI, LibreChat, and a session exported here', async () => {
    const person = await server().person();
    const archive = zipSync({
      'user.json': strToU8('{"id":"u"}'),
      'chat.html': strToU8('<html></html>'),
      'conversations-000.json': strToU8(json(chatgptTalk('one', 'tea'))),
      'conversations-001.json': strToU8(json(chatgptTalk('two', 'coffee'))),
    });
    expect(counts(await bringIn(person, archive))).toEqual({ ...nothing, brought_in: 2 });
    const libre = librechat('l', 'Libre', [librechatMessage({ id: 'q', parent: null, byUser: true, text: 'Hello?' })]);
    const written = writtenSession('Ours');
    for (const file of [JSON.stringify(libre), sessionText(written)]) {
      expect(counts(await bringIn(person, file))).toEqual({ ...nothing, brought_in: 1 });
      expect(counts(await bringIn(person, file))).toEqual({ ...nothing, already_here: 1 });
    }
    const folder = zipSync({
      'a.json': strToU8(
        JSON.stringify(librechat('m', 'M', [librechatMessage({ id: 'q', parent: null, byUser: true, text: 'x' })])),
      ),
      '__MACOSX/a.json': strToU8('x'),
    });
    expect(counts(await bringIn(person, folder))).toEqual({ ...nothing, brought_in: 1 });
    await checkInvariants(server().databasePath);
  });

  test.each([
    ['nothing', '', 'no JSON file of conversations'],
    ['a web page', '<html></html>', 'no JSON file of conversations'],
    ['an empty list', '[]', 'no conversation in it'],
    ['another JSON', '{"a":1}', 'no conversation of ChatGPT, Open WebUI, LibreChat or Perdure'],
    ['a file that was cut off', json(chatgptTalk('one', 'tea')).slice(0, -30), 'not whole'],
    ['a broken archive', 'PK\u0003\u0004 and then nothing', 'not a ZIP archive'],
    ['an archive of pictures', zipSync({ 'a.png': strToU8('x') }), 'no conversations.json'],
    ['an export of an account', exportWith([writtenSession()]), 'Bring back an export'],
    ['zeros that pack well', zipSync({ 'conversations.json': new Uint8Array(8 * 2 ** 20) }), 'far more than text does'],
    ['a deep list', '['.repeat(100_000), 'nested deeper'],
  ])('are refused as %s, with the reason, and nothing is stored', async (_what, body, reason) => {
    const person = await server().person();
    for (const isPreview of [true, false]) {
      expect(refused(await send(person, body, isPreview), 400, 'not_an_export').detail).toContain(reason);
    }
    expect(await sessionsOf(person)).toEqual([]);
    const left = queryDatabase(server().databasePath, 'select 1 from user_sessions where user_id = ?', person.user.id);
    expect(left).toEqual([]);
  });

  test('what came before a fault stays, and the fault is told', async () => {
    const person = await server().person();
    const cut = `${json(chatgptTalk('one', 'tea')).slice(0, -1)},{"mapping":`;
    const answer = await bringIn(person, cut);
    expect(counts(answer)).toEqual({ ...nothing, brought_in: 1, refused: 1 });
    expect(answer.conversations[0]?.reason).toContain('It ends in the middle');
    const whole = json(chatgptTalk('one', 'tea'), chatgptTalk('two', 'coffee'));
    expect(counts(await bringIn(person, whole))).toEqual({ ...nothing, brought_in: 1, already_here: 1 });
  });

  test('2,000 of them are previewed and brought in while others are answered', async () => {
    const person = await server().person();
    const file = json(
      ...Array.from({ length: 2_000 }, (_, n) => chatgptTalk(randomUUID(), `Talk ${n} ${'x'.repeat(500)}`)),
    );
    for (const isPreview of [true, false]) {
      const before = performance.now();
      const state = { isDone: false };
      const sent = send(person, file, isPreview).finally(() => {
        state.isDone = true;
      });
      let slowestMs = 0;
      do {
        const asked = performance.now();
        await person.client.get('/healthz');
        slowestMs = Math.max(slowestMs, performance.now() - asked);
      } while (!state.isDone);
      const answer = answered(await sent, 200, conversationImport);
      expect(answer.comes + answer.brought_in).toBe(2_000);
      expect(answer.conversations).toHaveLength(500);
      const tookMs = performance.now() - before;
      console.info(
        `import: 2,000 conversations ${isPreview ? 'previewed' : 'brought in'} in ${tookMs.toFixed(0)} ms, the slowest other request ${slowestMs.toFixed(0)} ms`,
      );
      expect(slowestMs).toBeLessThan(2_000);
    }
  });
});
