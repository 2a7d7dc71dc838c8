import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type MessageSearch, messageSearch } from '../../src/contract/message-search.ts';
import { checkInvariants } from '../invariants.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { sharePath, shareWith } from '../sharing.ts';
import { ask, send, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });

async function search(person: Person, q: string, more = ''): Promise<MessageSearch> {
  const path = `/api/sessions/search?q=${encodeURIComponent(q)}${more}`;
  return answered(await person.client.get(path), 200, messageSearch);
}
const found = async (person: Person, q: string) => (await search(person, q)).messages;
const untilFound = (person: Person, q: string) =>
  waitFor(`${q} to be found`, async () => {
    const messages = await found(person, q);
    return messages.length > 0 && messages;
  });

describe('a search in messages', () => {
  test('finds what was asked and answered within two seconds, with where it is', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person, { title: 'Zebras' });
    const began = Date.now();
    const { turn_id } = await send(person, session_id, 'Was frisst das Okapi-Kalb im Wald?');
    await untilFound(person, 'wald okap');
    expect(Date.now() - began).toBeLessThan(2_000);
    await untilEnded(person, session_id, turn_id);
    const [message] = await found(person, 'OKAPI kal');
    expect(message).toMatchObject({ session_id, turn_id, title: 'Zebras', role: 'user', seq: 1 });
    const { snippet, marks } = message ?? { snippet: '', marks: [] };
    expect(snippet).toBe('Was frisst das Okapi-Kalb im Wald?');
    expect(marks.map(({ start, end }) => snippet.slice(start, end))).toEqual(['Okapi', 'Kal']);
    expect(await found(person, 'Zebras'), 'titles are found by the list').toEqual([]);
    expect(await found(person, 'okap kalb'), 'only the last word by its beginning').toEqual([]);
  });

  test('comes in pages, and refuses what no page gave', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    for (const n of [1, 2, 3]) await ask(person, session_id, `giraffe number${n}`);
    await untilFound(person, 'giraffe number3');
    const seen: string[] = [];
    let more = '&limit=1';
    for (;;) {
      const page = await search(person, 'giraffe numb', more);
      seen.push(...page.messages.filter(({ role }) => role === 'user').map(({ snippet }) => snippet));
      if (page.next_cursor === null) break;
      more = `&limit=1&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
    expect(seen).toEqual([3, 2, 1].map((n) => `giraffe number${n}`));
    expect(await search(person, '?!')).toEqual({ messages: [], next_cursor: null, is_complete: true });
    for (const query of ['', '?q=', '?q=a&limit=0', '?q=a&cursor=abc', `?q=${'a'.repeat(201)}`, '?q=a&more=1']) {
      refused(await person.client.get(`/api/sessions/search${query}`), 400, 'bad_request');
    }
    refused(await server().anonymous.get('/api/sessions/search?q=a'), 401);
  });

  test('finds no message of others, whoever asks, until the session is shared and not after', async () => {
    const [owner, guest] = [await server().person(), await server().person()];
    const { session_id } = await openSession(owner);
    await ask(owner, session_id, 'the pangolin is ours');
    await untilFound(owner, 'pangolin');
    for (const stranger of [guest, server().admin]) expect(await found(stranger, 'pangolin')).toEqual([]);
    await shareWith(owner, session_id, guest, 'read');
    expect((await found(guest, 'pangolin')).map((each) => each.session_id)).toContain(session_id);
    await owner.client.delete(sharePath(session_id, guest));
    expect(await found(guest, 'pangolin')).toEqual([]);
  });

  test('finds nothing of a temporary or a deleted session, and of one erased for good no file has a word', async () => {
    const person = await server().person();
    const fleeting = await openSession(person, { temporary: true });
    await ask(person, fleeting.session_id, 'quetzalcoatlus fleeting');
    const { session_id } = await openSession(person);
    await ask(person, session_id, 'quetzalcoatlus lasting');
    expect((await untilFound(person, 'quetzalcoatlus')).every((each) => each.session_id === session_id)).toBe(true);
    const wordsOf = (id: string) =>
      queryDatabase(server().databasePath, 'select 1 from message_words where session_id = ?', id).length;
    expect(wordsOf(session_id)).toBeGreaterThan(0);
    expect(wordsOf(fleeting.session_id)).toBe(0);
    await person.client.delete(`/api/sessions/${session_id}`);
    expect(await found(person, 'quetzalcoatlus')).toEqual([]);
    expect((await person.client.post(`/api/bin/sessions/${session_id}/restore`)).status).toBe(200);
    expect(await found(person, 'quetzalcoatlus')).not.toEqual([]);
    for (const id of [session_id, fleeting.session_id]) {
      await person.client.delete(`/api/sessions/${id}`);
      expect((await person.client.delete(`/api/bin/sessions/${id}`)).status).toBe(204);
    }
    const folder = dirname(server().databasePath);
    await waitFor('the words to be gone from every file', () => {
      const files = readdirSync(folder).filter((name) => name.startsWith('perdure.db'));
      return files.every((name) => !readFileSync(`${folder}/${name}`).includes('quetzalcoatlus'));
    });
    expect(wordsOf(session_id)).toBe(0);
    await checkInvariants(server().databasePath);
  });
});
