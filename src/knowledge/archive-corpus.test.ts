import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { createCorpus, getCorpus, listCorpora, listSearchableCorpora, updateCorpus } from './corpora.ts';
import { resolveCorpora } from './corpus-rights.ts';
import { getDocument, getDocumentText, openOriginal } from './documents.ts';
import { openPassage, searchKnowledge } from './search.ts';
import { bodyOf, givenKnowledge, type GivenKnowledge } from './testing/given-knowledge.ts';
import { refusal } from './testing/refusal.ts';
import { uploadDocument } from './upload-document.ts';
import { addFromAddress } from './web-pages/add-from-address.ts';

let given: GivenKnowledge;
let curator: Actor;
let member: Actor;
let corpusId: string;
let documentId: string;

beforeEach(async () => {
  given = await givenKnowledge();
  curator = await given.user('curator');
  member = await given.user('member');
  corpusId = (await createCorpus(given.knowledge, curator, { name: 'Animals' })).id;
  documentId = await upload('okapi.md', '# Okapis\n\nThe okapi is shy.');
  await given.knowledge.idle();
});
afterEach(() => given.close());

async function upload(filename: string, text: string): Promise<string> {
  const input = { corpusId, filename, body: bodyOf(text) };
  return (await uploadDocument(given.knowledge, curator, input)).documentId;
}

const found = async (corpora?: string[]) => {
  const input = { query: 'okapi', ...(corpora && { corpora }) };
  return (await searchKnowledge(given.knowledge, member, input, AbortSignal.timeout(10_000))).passages;
};

test('an archived corpus is neither searched nor added to, opens as before, and comes back as it was', async () => {
  const [passage] = await found();
  if (!passage) throw new Error('nothing was found before');
  const archived = await updateCorpus(given.knowledge, curator, corpusId, { archived: true });
  expect(archived.archived_at).toEqual(expect.any(String));

  expect(await found()).toEqual([]);
  for (const named of [corpusId, 'animals']) {
    expect(await refusal(found([named]))).toBe('corpus_archived');
    expect(await refusal(resolveCorpora(given, member, [named]))).toBe('corpus_archived');
  }
  expect(await listSearchableCorpora(given.knowledge, member)).toEqual([]);
  expect(await refusal(upload('quagga.md', '# Quaggas'))).toBe('corpus_archived');
  const page = { corpusId, url: 'https://example.org/quagga' };
  expect(await refusal(addFromAddress(given.knowledge, curator, page))).toBe('corpus_archived');

  expect((await listCorpora(given.knowledge, member)).map(({ id }) => id)).toEqual([corpusId]);
  for (const open of [getDocument, getDocumentText]) await open(given.knowledge, member, documentId);
  (await openOriginal(given.knowledge, member, documentId)).stream.cancel().catch(() => undefined);
  expect(await openPassage(given.knowledge, member, passage.passage_id)).toMatchObject({ text: passage.text });

  const back = await updateCorpus(given.knowledge, curator, corpusId, { archived: false });
  expect([back.archived_at, back.documents]).toEqual([null, 1]);
  expect(await found([corpusId])).toEqual([passage]);
  await upload('quagga.md', '# Quaggas');
});

test('it is archived by those who curate it, and once', async () => {
  expect(await refusal(updateCorpus(given.knowledge, member, corpusId, { archived: true }))).toBe('forbidden');
  const first = await updateCorpus(given.knowledge, curator, corpusId, { archived: true });
  expect(await updateCorpus(given.knowledge, curator, corpusId, { archived: true })).toEqual(first);
  expect(given.count(`select count(*) from audit_log where action = 'corpus.changed'`)).toBe(1);
});

test('an upload that was on its way when its corpus was archived is refused by the commit', async () => {
  async function* body() {
    yield new TextEncoder().encode('# Quaggas\n\n');
    await updateCorpus(given.knowledge, curator, corpusId, { archived: true });
    yield new TextEncoder().encode('The quagga was striped.');
  }
  const input = { corpusId, filename: 'quagga.md', body: body() };
  expect(await refusal(uploadDocument(given.knowledge, curator, input))).toBe('corpus_archived');
  expect((await getCorpus(given.knowledge, curator, corpusId)).documents).toBe(1);
});
