import { expect, test } from 'vitest';
import { importAnswer } from '../../src/contract/personal-data.ts';
import { sessionTagList } from '../../src/contract/session-tags.ts';
import { sessionList, session as sessionShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { exportWith, importArchive } from '../exports.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { logOf } from '../turns.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });

const tagged = async (person: Person, id: string, tags: string[]) =>
  answered(await person.client.patch(`/api/sessions/${id}`, { tags }), 200, sessionShape).tags;
const withTag = async (person: Person, tag: string) =>
  answered(await person.client.get(`/api/sessions?tag=${encodeURIComponent(tag)}`), 200, sessionList).sessions.map(
    (row) => row.session_id,
  );
const tagsOf = async (person: Person) =>
  answered(await person.client.get('/api/session-tags'), 200, sessionTagList).tags;

test('sessions are tagged, found by a tag, and the tags counted; they are their owner’s alone', async () => {
  const person = await server().person();
  const [one, two] = [(await openSession(person)).session_id, (await openSession(person)).session_id];
  expect(await tagged(person, one, [' Travel ', 'travel', 'Bo\u0308rse'])).toEqual(['Travel', 'B\u00f6rse']);
  expect(await tagged(person, two, ['Travel'])).toEqual(['Travel']);
  expect((await withTag(person, 'Travel')).toSorted()).toEqual([one, two].toSorted());
  expect(await withTag(person, 'B\u00f6rse')).toEqual([one]);
  expect(await withTag(person, 'Trav')).toEqual([]);
  expect(await tagsOf(person)).toEqual([
    { tag: 'Travel', sessions: 2 },
    { tag: 'B\u00f6rse', sessions: 1 },
  ]);
  expect((await logOf(person, two)).at(-1)).toMatchObject({ type: 'session_updated', tags: ['Travel'] });
  for (const stranger of [await server().person(), server().admin]) {
    expect(await withTag(stranger, 'B\u00f6rse')).toEqual([]);
    expect(await tagsOf(stranger)).toEqual([]);
    refused(await stranger.client.patch(`/api/sessions/${one}`, { tags: ['Mine'] }), 404, 'not_found');
  }
  expect(await tagged(person, one, [])).toBeUndefined();
  await person.client.delete(`/api/sessions/${two}`);
  expect(await tagsOf(person)).toEqual([]);
});

test.each([
  [['']],
  [['\u200b']],
  [['x'.repeat(41)]],
  [Array.from({ length: 21 }, (_, n) => `tag ${n}`)],
  ['tag'],
  [[7]],
])('are refused when they cannot be tags: %j', async (tags) => {
  const person = await server().person();
  const { session_id } = await openSession(person);
  refused(await person.client.patch(`/api/sessions/${session_id}`, { tags }), 400, 'bad_request');
});

test('they come back with an export', async () => {
  const person = await server().person();
  const { session_id } = await openSession(person, { title: 'Tagged' });
  await tagged(person, session_id, ['Travel']);
  const file = await person.client.get(`/api/sessions/${session_id}/export?format=json`);
  const other = await server().person();
  const archive = exportWith([], { 'sessions/one.json': file.bytes });
  expect(answered(await importArchive(other, archive), 200, importAnswer)).toMatchObject({ brought_back: 1 });
  expect(await withTag(other, 'Travel')).toHaveLength(1);
});
