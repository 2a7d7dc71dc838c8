import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { maxCorpusTags, maxDocumentTags } from '../contract/document-tags.ts';
import { createCorpus, getCorpus, listSearchableCorpora, updateCorpus } from './corpora.ts';
import { listTags, setTags, tagDocuments, tagsByCorpus } from './document-tags.ts';
import { deleteDocument, getDocument, listDocuments } from './documents.ts';
import { purgeDocument, restoreDocument } from './recycle-bin.ts';
import { type SearchInput, searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
let curator: Actor;
let works: string;
const signal = new AbortController().signal;

beforeEach(async () => {
  given = await givenKnowledge();
  curator = await given.user('curator');
  works = (await createCorpus(given.knowledge, curator, { name: 'Works' })).id;
});
afterEach(() => given.close());

async function givenDocument(filename: string, corpusId = works): Promise<string> {
  const { knowledge } = given;
  const body = bodyOf(`# ${filename}\n\nThe pump of ${filename} holds a pressure of 3 bar.\n`);
  const { documentId } = await uploadDocument(knowledge, curator, { corpusId, filename, body });
  await knowledge.idle();
  return documentId;
}

const set = (documentId: string, ...tags: string[]) => setTags(given.knowledge, curator, documentId, tags);
const tag = (documentIds: string[], { add = [], remove = [] }: { add?: string[]; remove?: string[] }) =>
  tagDocuments(given.knowledge, curator, works, { documentIds, add, remove });
const tagsOf = async (documentId: string) => (await getDocument(given.knowledge, curator, documentId)).tags;
const tags = () => listTags(given.knowledge, curator, works);

async function found(input: Omit<SearchInput, 'query'>): Promise<string[]> {
  const { passages } = await searchKnowledge(given.knowledge, curator, { query: 'pump pressure', ...input }, signal);
  return passages.map((passage) => passage.document_id).toSorted();
}

test('a tag is one however it is written, and a corpus writes it in one way', async () => {
  const [one, two] = [await givenDocument('one.md'), await givenDocument('two.md')];
  expect((await set(one, '  Ru\u0308ckgabe ', 'rückgabe', 'Two \n words', 'Zebra')).tags).toEqual([
    'rückgabe',
    'Two words',
    'Zebra',
  ]);
  await set(two, 'RÜCKGABE', 'two WORDS');
  expect(await tagsOf(two)).toEqual(['rückgabe', 'Two words']);
  expect(await tags()).toEqual([
    { tag: 'rückgabe', documents: 2 },
    { tag: 'Two words', documents: 2 },
    { tag: 'Zebra', documents: 1 },
  ]);
  await tag([one, two], { add: ['Rückgabe'] });
  expect([await tagsOf(one), await tagsOf(two)].map((each) => each[0])).toEqual(['Rückgabe', 'Rückgabe']);
  await expect(set(one, '\u200b')).rejects.toMatchObject({ code: 'bad_request' });
});

test('many documents get and lose tags at once, all of them or none', async () => {
  const other = (await createCorpus(given.knowledge, curator, { name: 'Other' })).id;
  const [one, two, foreign] = [
    await givenDocument('one.md'),
    await givenDocument('two.md'),
    await givenDocument('x.md', other),
  ];
  await set(one, 'Draft', 'Pumps');
  expect(await tag([one, two, two], { add: ['Rules'], remove: ['draft', 'none'] })).toEqual({ changed: 2 });
  expect([await tagsOf(one), await tagsOf(two)]).toEqual([['Pumps', 'Rules'], ['Rules']]);
  expect(await tag([one, two], { add: ['Rules'], remove: ['RULES'] })).toEqual({ changed: 0 });
  for (const stranger of [foreign, 'made-up']) {
    await expect(tag([one, stranger], { add: ['Never'] })).rejects.toMatchObject({ code: 'bad_request' });
  }
  const many = Array.from({ length: maxDocumentTags - 1 }, (_, n) => `tag ${n}`);
  await expect(tag([two, one], { add: many })).rejects.toMatchObject({
    code: 'conflict',
    detail: 'A document has at most 20 tags; “one.md” would have 21.',
  });
  expect([await tagsOf(one), await tagsOf(two)]).toEqual([['Pumps', 'Rules'], ['Rules']]);
});

test('a corpus has a bounded number of different tags', async () => {
  const document = await givenDocument('one.md');
  const rows = Array.from({ length: maxCorpusTags - 1 }, (_, n) => `('${document}', 'k${n}', '${works}', 'k${n}')`);
  given.change(`insert into document_tags (document_id, tag_key, corpus_id, tag) values ${rows.join(',')}`);
  const another = await givenDocument('two.md');
  await set(another, 'last');
  await expect(set(another, 'last', 'one more')).rejects.toMatchObject({
    code: 'conflict',
    detail: 'A corpus has at most 500 different tags.',
  });
  expect(await tagsOf(another)).toEqual(['last']);
});

test('the list and the search are narrowed by tags, in whatever case they are given', async () => {
  const [one, two, three] = [
    await givenDocument('one.md'),
    await givenDocument('two.md'),
    await givenDocument('three.md'),
  ];
  await set(one, 'Draft');
  await set(two, 'Final');
  const listed = await listDocuments(given.knowledge, curator, works, { tag: 'dRAFT' });
  expect(listed.documents.map((each) => [each.document_id, each.tags])).toEqual([[one, ['Draft']]]);
  expect(listed.counts.ready).toBe(3);
  const titled = await listDocuments(given.knowledge, curator, works, { title: 'O.' });
  expect(titled.documents.map((each) => each.document_id)).toEqual([two]);
  expect((await listDocuments(given.knowledge, curator, works, { title: 'O.', tag: 'draft' })).documents).toEqual([]);
  expect(await found({ tags: ['draft'] })).toEqual([one]);
  expect(await found({ tags: ['DRAFT', 'final', 'none'] })).toEqual([one, two].toSorted());
  expect(await found({ tags: ['none'] })).toEqual([]);
  expect(await found({ tags: ['draft'], documents: [two] })).toEqual([]);
  expect(await found({})).toEqual([one, two, three].toSorted());
});

test('a deleted document keeps its tags in the bin, counts under none, and loses them for good with itself', async () => {
  const one = await givenDocument('one.md');
  await set(one, 'Draft');
  await deleteDocument(given.knowledge, curator, one);
  expect(await tags()).toEqual([]);
  await restoreDocument(given.knowledge, curator, one);
  expect(await tags()).toEqual([{ tag: 'Draft', documents: 1 }]);
  await deleteDocument(given.knowledge, curator, one);
  await purgeDocument(given.knowledge, curator, one);
  expect(given.count('select count(*) from document_tags')).toBe(0);
});

test('tags are changed by who curates the corpus, and read by who reads it', async () => {
  const document = await givenDocument('one.md');
  const [member, stranger] = [await given.user('member'), await given.user('curator')];
  for (const actor of [member, stranger]) {
    const refusal = { code: 'forbidden' };
    await expect(setTags(given.knowledge, actor, document, ['x'])).rejects.toMatchObject(refusal);
    const input = { documentIds: [document], add: ['x'], remove: [] };
    await expect(tagDocuments(given.knowledge, actor, works, input)).rejects.toMatchObject(refusal);
    const { userId } = actor;
    const late = given.store.write.tagDocuments({
      corpusId: works,
      documentIds: [document],
      change: { set: ['x'] },
      at: new Date().toISOString(),
      by: { userId },
    });
    await expect(late).rejects.toMatchObject(refusal);
  }
  await set(document, 'Draft');
  expect(await listTags(given.knowledge, member, works)).toEqual([{ tag: 'Draft', documents: 1 }]);
  given.change('delete from grants');
  await expect(listTags(given.knowledge, member, works)).rejects.toMatchObject({ code: 'not_found' });
  expect(await tagsByCorpus(given.knowledge, member, [works])).toEqual(new Map());
});

test('an agent is told of each corpus the tags of the most documents first', async () => {
  const [one, two] = [await givenDocument('one.md'), await givenDocument('two.md')];
  await set(one, 'Alone', 'Both');
  await set(two, 'Both');
  const told = await tagsByCorpus(given.knowledge, curator, [works, 'made-up']);
  expect(told).toEqual(
    new Map([
      [
        works,
        [
          { tag: 'Both', documents: 2 },
          { tag: 'Alone', documents: 1 },
        ],
      ],
    ]),
  );
});

test('a corpus has tags of its own, each once, and a search by one of them goes into all of its documents', async () => {
  const tides = (await createCorpus(given.knowledge, curator, { name: 'Tides' })).id;
  const [inWorks, tagged, inTides] = [
    await givenDocument('one.md'),
    await givenDocument('two.md'),
    await givenDocument('three.md', tides),
  ];
  await set(tagged, 'Sea');
  const changed = await updateCorpus(given.knowledge, curator, tides, { tags: ['  Sea  ', 'SEA', 'Moon'] });
  expect(changed.tags).toEqual(['Sea', 'Moon']);
  expect(await found({ tags: ['sea'] })).toEqual([tagged, inTides].toSorted());
  expect(await found({ tags: ['MOON'], corpora: [works] })).toEqual([]);
  expect(await found({})).toEqual([inWorks, tagged, inTides].toSorted());
  expect((await listSearchableCorpora(given.knowledge, curator)).map(({ tags: own }) => own)).toEqual([
    ['Sea', 'Moon'],
    [],
  ]);

  await expect(updateCorpus(given.knowledge, curator, tides, { tags: ['\u200b'] })).rejects.toMatchObject({
    code: 'bad_request',
  });
  const member = await given.user('member');
  await expect(updateCorpus(given.knowledge, member, tides, { tags: [] })).rejects.toMatchObject({ code: 'forbidden' });
  await updateCorpus(given.knowledge, curator, tides, { tags: [] });
  expect((await getCorpus(given.knowledge, curator, tides)).tags).toEqual([]);
  expect(await found({ tags: ['moon'] })).toEqual([]);
});
