import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { byServer } from '../contract/audit.ts';
import { createCorpus, getCorpus, giveCorpus, updateCorpus } from './corpora.ts';
import { givenKnowledge, type GivenKnowledge } from './testing/given-knowledge.ts';
import { refusal } from './testing/refusal.ts';

let given: GivenKnowledge;
let owner: Actor;
let other: Actor;
let corpusId: string;

beforeEach(async () => {
  given = await givenKnowledge();
  [owner, other] = [await given.user('curator'), await given.user('curator')];
  corpusId = (await createCorpus(given.knowledge, owner, { name: 'Animals' })).id;
});
afterEach(() => given.close());

test('its owner gives a corpus away, and curates it no longer', async () => {
  await giveCorpus(given.knowledge, owner, corpusId, other.username.toUpperCase());
  expect(await getCorpus(given.knowledge, other, corpusId)).toMatchObject({
    owner_username: other.username,
    access: 'curate',
  });
  expect((await getCorpus(given.knowledge, owner, corpusId)).access).toBe('read');
  expect(await refusal(updateCorpus(given.knowledge, owner, corpusId, { name: 'Mine' }))).toBe('forbidden');
  expect(await refusal(giveCorpus(given.knowledge, owner, corpusId, owner.username))).toBe('forbidden');
});

test('an administrator may, and whoever curates by a grant may not take it', async () => {
  const { store } = given;
  const change = { at: '2026-11-27T10:00:00.000Z', by: byServer };
  await store.write.createGroup({ ...change, groupId: 'keepers', name: 'Keepers' });
  await store.write.addGroupMembers({ ...change, groupId: 'keepers', userIds: [other.userId] });
  await store.write.putGrant({ ...change, groupId: 'keepers', kind: 'corpus', objectId: corpusId, level: 'curate' });
  expect((await getCorpus(given.knowledge, other, corpusId)).access).toBe('curate');
  expect(await refusal(giveCorpus(given.knowledge, other, corpusId, other.username))).toBe('forbidden');

  const administrator = await given.user('administrator');
  await giveCorpus(given.knowledge, administrator, corpusId, other.username);
  expect((await getCorpus(given.knowledge, other, corpusId)).owner_username).toBe(other.username);
});

test('only an active curator or administrator can own one', async () => {
  const member = await given.user('member');
  for (const username of [member.username, 'nobody', '']) {
    expect(await refusal(giveCorpus(given.knowledge, owner, corpusId, username))).toBe('bad_request');
  }
  expect((await getCorpus(given.knowledge, owner, corpusId)).owner_username).toBe(owner.username);
});

test('giving it to its owner records nothing', async () => {
  await giveCorpus(given.knowledge, owner, corpusId, owner.username);
  expect(given.count(`select count(*) from audit_log where action = 'corpus.given'`)).toBe(0);
});
