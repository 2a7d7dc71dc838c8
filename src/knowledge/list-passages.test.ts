import { afterEach, expect, test } from 'vitest';
import type { PassagePlace } from '../contract/documents.ts';
import { createCorpus } from './corpora.ts';
import { deleteDocument, getDocument, getDocumentText } from './documents.ts';
import { listPassages } from './list-passages.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
afterEach(() => given.close());

const sentences = (what: string) =>
  Array.from({ length: 60 }, (_, n) => `The ${what} number ${n} is looked at every ${n + 2} weeks.`).join(' ');

/** A read document of many passages under two headings. */
async function givenDocument() {
  given = await givenKnowledge();
  const curator = await given.user('curator');
  const { id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Pumps' });
  const body = bodyOf(`# Pumps\n\n${sentences('pump')}\n\n## Valves\n\n${sentences('valve')}\n`);
  const { documentId } = await uploadDocument(given.knowledge, curator, { corpusId, filename: 'pumps.md', body });
  await given.knowledge.idle();
  return { curator, documentId };
}

test('the passages come page by page in the order of the text, and are those that a search finds', async () => {
  const { curator, documentId } = await givenDocument();
  const { passages: count } = await getDocument(given.knowledge, curator, documentId);
  const all: PassagePlace[] = [];
  let after: number | undefined;
  let calls = 0;
  do {
    const page = await listPassages(given.knowledge, curator, documentId, { after, limit: 3 });
    expect(page.version).toBe(1);
    expect(page.passages.length).toBeLessThanOrEqual(3);
    all.push(...page.passages);
    after = page.next_after ?? undefined;
    calls++;
  } while (after !== undefined);
  expect(count).toBeGreaterThan(6);
  expect(calls).toBe(Math.ceil(count / 3));
  expect(all.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: count }, (_, n) => n));

  const { text } = await getDocumentText(given.knowledge, curator, documentId);
  const outside = all.map(({ start }, n) => text.slice(all[n - 1]?.end ?? 0, start)).join('');
  expect(outside.trim(), 'between passages stands nothing but blanks').toBe('');
  expect(all.at(-1)).toMatchObject({ heading_path: ['Pumps', 'Valves'] });

  const signal = new AbortController().signal;
  const found = await searchKnowledge(given.knowledge, curator, { query: 'valve number 7' }, signal);
  const [best] = found.passages;
  const place = all.find(({ passage_id }) => passage_id === best?.passage_id);
  expect(place).toMatchObject({ heading_path: best?.heading_path });
  // A search gives neighbours as one, from the start of a passage to the end of one.
  expect(all.map(({ start }) => start)).toContain(best?.start);
  expect(all.map(({ end }) => end)).toContain(best?.end);
  expect(best?.start).toBeLessThanOrEqual(place?.start ?? -1);
  expect(best?.end).toBeGreaterThanOrEqual(place?.end ?? Number.POSITIVE_INFINITY);
  expect(await listPassages(given.knowledge, curator, documentId, {})).toEqual({
    version: 1,
    passages: all,
    next_after: null,
  });
});

test('a version that is not kept, a document that is not readable and a deleted one have none', async () => {
  const { curator, documentId } = await givenDocument();
  const asked = (version?: number) => listPassages(given.knowledge, curator, documentId, { version });
  await expect(asked(2)).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('version') });
  await expect(listPassages(given.knowledge, curator, 'none', {})).rejects.toMatchObject({ code: 'not_found' });
  await deleteDocument(given.knowledge, curator, documentId);
  await expect(asked()).rejects.toMatchObject({ code: 'gone' });
});
