import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageSearch } from '../../src/contract/message-search.ts';
import { sessionList } from '../../src/contract/sessions.ts';
import { answered } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { exportWith, importArchive, writtenSession } from '../exports.ts';
import type { Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });

const found = async (person: Person, q: string) =>
  answered(await person.client.get(`/api/sessions/search?q=${q}`), 200, messageSearch).messages;

describe('the words of many sessions', () => {
  test('are put together a moment after they were brought along, and leave every file with their session', async () => {
    const person = await server().person();
    const sessions = Array.from({ length: 310 }, (_, n) =>
      writtenSession(`Session ${n}`, n === 7 ? 'Where do pterodactyls nest?' : 'What is written here?'),
    );
    expect((await importArchive(person, exportWith(sessions))).status).toBe(200);
    const packs = () =>
      queryDatabase(server().databasePath, 'select distinct pack from word_packs where owner_id = ?', person.user.id)
        .length;
    await waitFor('the words of two packs', () => packs() === 2);
    const [message] = await found(person, 'pterodactyls');
    expect(message?.title).toBe('Session 7');
    await checkInvariants(server().databasePath);
    const id = message?.session_id ?? '';
    await person.client.delete(`/api/sessions/${id}`);
    expect(await found(person, 'pterodactyls')).toEqual([]);
    expect((await person.client.delete(`/api/bin/sessions/${id}`)).status).toBe(204);
    const folder = dirname(server().databasePath);
    await waitFor('the word to be gone from every file', () => {
      const files = readdirSync(folder).filter((name) => name.startsWith('perdure.db'));
      return files.every((name) => !readFileSync(`${folder}/${name}`).includes('pterodactyls'));
    });
    expect(answered(await person.client.get('/api/sessions?limit=1'), 200, sessionList).sessions).toHaveLength(1);
    expect((await found(person, 'written')).length).toBeGreaterThan(0);
    await checkInvariants(server().databasePath);
  });
});
