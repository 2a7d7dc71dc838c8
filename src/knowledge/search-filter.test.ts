import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { createCorpus } from './corpora.ts';
import { deleteDocument } from './documents.ts';
import { type SearchInput, searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
let curator: Actor;
const signal = new AbortController().signal;

beforeEach(async () => {
  given = await givenKnowledge();
  curator = await given.user('curator');
});
afterEach(() => given.close());

async function givenDocument(corpusId: string, filename: string, text: string): Promise<string> {
  const { knowledge } = given;
  const { documentId } = await uploadDocument(knowledge, curator, { corpusId, filename, body: bodyOf(text) });
  await knowledge.idle();
  return documentId;
}

async function found(input: Omit<SearchInput, 'query'>): Promise<string[]> {
  const { passages } = await searchKnowledge(given.knowledge, curator, { query: 'pump pressure', ...input }, signal);
  return passages.map((passage) => passage.document_id).toSorted();
}

test('a search looks only in the named documents, and only at those that were added in a time', async () => {
  const { id } = await createCorpus(given.knowledge, curator, { name: 'Works' });
  const one = await givenDocument(id, 'one.md', '# Pumps\n\nThe pump holds a pressure of 3 bar.\n');
  await new Promise((resolve) => setTimeout(resolve, 5));
  const between = new Date().toISOString();
  const two = await givenDocument(id, 'two.md', '# Pumps\n\nThe other pump holds a pressure of 5 bar.\n');
  expect(await found({})).toEqual([one, two].toSorted());
  expect(await found({ documents: [two] })).toEqual([two]);
  expect(await found({ documents: [one, two], added_before: between })).toEqual([one]);
  expect(await found({ added_from: between })).toEqual([two]);
  expect(await found({ added_from: between, added_before: between })).toEqual([]);
});

test('what a filter refuses takes no place of what it lets through', async () => {
  const { id } = await createCorpus(given.knowledge, curator, { name: 'Works' });
  const wanted = await givenDocument(id, 'wanted.md', '# Notes\n\nA remark on pressure.\n');
  for (const index of [1, 2, 3]) {
    await givenDocument(id, `better-${index}.md`, `# Pump pressure ${index}\n\nPump pressure, pump pressure.\n`);
  }
  expect(await found({ documents: [wanted], limit: 1 })).toEqual([wanted]);
});

test('a document of a corpus that is not searched, and one that is deleted or made up, are not found', async () => {
  const works = await createCorpus(given.knowledge, curator, { name: 'Works' });
  const tea = await createCorpus(given.knowledge, curator, { name: 'Tea' });
  const document = await givenDocument(works.id, 'one.md', '# Pumps\n\nThe pump holds a pressure of 3 bar.\n');
  const refusal = expect.objectContaining({ code: 'not_found' });
  await expect(found({ corpora: [tea.id], documents: [document] })).rejects.toEqual(refusal);
  await expect(found({ documents: [document, 'made-up'] })).rejects.toEqual(refusal);
  await deleteDocument(given.knowledge, curator, document);
  await expect(found({ documents: [document] })).rejects.toEqual(refusal);
});

test('neighbours come as one passage whose text is that of the document', async () => {
  const { id } = await createCorpus(given.knowledge, curator, { name: 'Works' });
  const sentences = Array.from(
    { length: 40 },
    (_, n) => `Pump ${n} holds a pressure of ${n} bar while its gate is open.`,
  );
  const text = `# Pumps\n\n${sentences.join('\n\n')}\n`;
  const document = await givenDocument(id, 'pumps.md', text);
  const { passages } = await searchKnowledge(given.knowledge, curator, { query: 'pump pressure', limit: 2 }, signal);
  const stored = await given.store.scan.documentTextOf({ userId: '', documentId: document, version: 1 });
  const merged = passages.filter((passage) => passage.text.length > 1000);
  expect(merged.length).toBeGreaterThan(0);
  for (const passage of passages) {
    expect(passage.text).toBe(stored?.text.slice(passage.start, passage.end));
  }
  const spans = passages.map(({ start, end }) => ({ start, end })).toSorted((a, b) => a.start - b.start);
  for (const [index, span] of spans.entries()) expect(span.start).toBeGreaterThanOrEqual(spans[index - 1]?.end ?? 0);
});
