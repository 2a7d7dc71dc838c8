import { afterEach, expect, test } from 'vitest';
import { createCorpus } from './corpora.ts';
import { listVersions } from './document-versions.ts';
import { replaceOriginal } from './replace-original.ts';
import { reprocessDocument } from './reprocess-document.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
afterEach(() => given.close());

test('the list of versions says where each came from, and to curators from whom', async () => {
  given = await givenKnowledge();
  const { knowledge } = given;
  const [curator, administrator, member] = await Promise.all([
    given.user('curator'),
    given.user('administrator'),
    given.user('member'),
  ]);
  const { id: corpusId } = await createCorpus(knowledge, curator, { name: 'Animals' });
  const okapis = { filename: 'okapis.md', body: bodyOf('# Okapis') };
  const { documentId } = await uploadDocument(knowledge, curator, { corpusId, ...okapis });
  await knowledge.idle();
  await replaceOriginal(knowledge, administrator, { documentId, filename: 'tapirs.md', body: bodyOf('# The tapirs') });
  await knowledge.idle();
  await reprocessDocument(knowledge, curator, documentId);
  await knowledge.idle();
  given.change(`update documents set filename = 'now.md'`);
  await reprocessDocument(knowledge, curator, documentId);
  const nameOf = async ({ userId }: { userId: string }) => (await given.store.read.userById({ userId }))?.username;
  const { versions } = await listVersions(knowledge, curator, documentId, {});
  const kept = { has_text: true, has_original: true, passages: 1 };
  expect(versions).toMatchObject([
    { version: 4, how: 'read_again', filename: 'now.md', by: await nameOf(curator), has_original: true },
    { version: 3, state: 'current', how: 'read_again', filename: 'now.md', bytes: 12, ...kept },
    { version: 2, state: 'old', how: 'replaced', filename: 'tapirs.md', by: await nameOf(administrator), ...kept },
    { version: 1, state: 'old', how: 'added', filename: 'okapis.md', bytes: 8, by: await nameOf(curator), ...kept },
  ]);
  const theirs = await listVersions(knowledge, member, documentId, {});
  expect(theirs.versions.map((version) => 'by' in version)).toEqual([false, false, false, false]);
  const first = await listVersions(knowledge, curator, documentId, { limit: 3 });
  const rest = await listVersions(knowledge, curator, documentId, { limit: 3, cursor: first.next_cursor ?? '' });
  expect([first.versions.length, rest.versions.map(({ version }) => version)]).toEqual([3, [1]]);
  expect(rest.next_cursor).toBeNull();
});
