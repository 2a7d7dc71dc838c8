import { afterEach, beforeEach, expect, test } from 'vitest';
import { PassingFault } from '../embedder.ts';
import { FakeVectorsServer } from '../testing/fake-vectors-server.ts';
import { type EndpointEmbedderOptions, openEndpointEmbedder } from './endpoint-embedder.ts';

let fake: FakeVectorsServer;
beforeEach(async () => {
  fake = await FakeVectorsServer.start();
});
afterEach(() => fake[Symbol.asyncDispose]());

const open = (options: Partial<EndpointEmbedderOptions> = {}) =>
  openEndpointEmbedder({
    url: fake.url,
    model: 'words',
    textsAtOnce: 4,
    queryPrefix: '',
    passagePrefix: '',
    backoffMs: [1, 1],
    ...options,
  });
const dot = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  a?.reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0) ?? 0;
const failureOf = async (work: Promise<unknown>): Promise<PassingFault> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PassingFault) return error;
  throw new Error(`no fault: ${String(error)}`);
};

test('it asks for the length first, then in batches, with key and prefixes; vectors have length 1 and the order of the texts', async () => {
  const embedder = await open({ apiKey: 'sk-secret', queryPrefix: 'find ', passagePrefix: 'note ' });
  expect(embedder.dimensions).toBe(64);
  const texts = ['okapi one', 'two', 'three', 'four', 'okapi'];
  const vectors = await embedder.embed(texts);
  expect(vectors).toHaveLength(5);
  for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
  const [question] = await embedder.embed(['okapi'], { role: 'query', priority: 'query' });
  expect(dot(vectors[4], vectors[0])).toBeGreaterThan(dot(vectors[4], vectors[2]));
  expect(dot(question, vectors[4])).toBeGreaterThan(0.3);
  expect(fake.asked.map(({ texts: { length } }) => length)).toEqual([1, 4, 1, 1]);
  expect(fake.asked.at(-1)).toMatchObject({ model: 'words', texts: ['find okapi'], path: '/v1/embeddings' });
  expect(fake.asked[1]?.texts[0]).toBe('note okapi one');
  expect(fake.asked[0]?.headers.authorization).toBe('Bearer sk-secret');
});

test('another model, length, prefix or address is another embedder', async () => {
  await using other = await FakeVectorsServer.start();
  const ids = await Promise.all(
    [
      {},
      { apiKey: 'another key' },
      { url: `${fake.url}/embeddings` },
      { model: 'other' },
      { dimensions: 32 },
      { queryPrefix: 'find ' },
      { url: other.url },
    ].map(async (options) => (await open(options)).id),
  );
  expect(ids[0]).toMatch(/^words:[\da-f]{12}$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).toBe(ids[0]);
  expect(new Set(ids).size).toBe(5);
});

test.each([
  ['too few vectors', { data: [] }],
  ['a vector of another length', { data: [{ index: 0, embedding: [1, 0] }] }],
  ['nothing but zeros', { data: [{ index: 0, embedding: Array.from({ length: 64 }, () => 0) }] }],
  ['a number that is none', { data: [{ index: 0, embedding: Array.from({ length: 64 }, () => null) }] }],
  ['an index beyond the texts', { data: [{ index: 3, embedding: Array.from({ length: 64 }, () => 1) }] }],
  ['something else', { error: 'no' }],
])('an answer with %s is refused', async (_name, json) => {
  const embedder = await open();
  fake.instead = () => ({ json });
  expect(await failureOf(embedder.embed(['a']))).toMatchObject({
    message: 'The embeddings endpoint sent an answer that cannot be used.',
    isRetryable: true,
  });
});

test('no JSON, and a redirect, are faults in words; nobody is followed', async () => {
  const embedder = await open();
  fake.instead = () => ({ text: '<html>' });
  expect((await failureOf(embedder.embed(['a']))).message).toContain('cannot be used');
  fake.instead = () => ({ status: 307, headers: { location: `${fake.url}/embeddings` }, text: '' });
  const before = fake.asked.length;
  expect((await failureOf(embedder.embed(['a']))).message).toBe(
    'The embeddings endpoint is somewhere else (HTTP 307).',
  );
  expect(fake.asked.length).toBe(before + 1);
});

test('a batch is tried again after as long as the endpoint says; a question is not', async () => {
  const embedder = await open();
  let refusals = 2;
  fake.instead = () =>
    refusals-- > 0 ? { status: 429, headers: { 'retry-after': '0' }, text: 'sk-secret' } : undefined;
  expect(await embedder.embed(['a'])).toHaveLength(1);
  refusals = 1;
  const fault = await failureOf(embedder.embed(['a'], { priority: 'query' }));
  expect(fault.message).toBe('The embeddings endpoint takes no more requests at the moment (HTTP 429).');
  refusals = 1;
  fake.instead = () => (refusals-- > 0 ? { status: 503, headers: { 'retry-after': '120' }, text: '' } : undefined);
  expect(await failureOf(embedder.embed(['a']))).toMatchObject({ isRetryable: true, retryAfterMs: 120_000 });
});

test('a wrong key is not tried again, and no fault tells it or what the endpoint said', async () => {
  const embedder = await open({ apiKey: 'sk-secret' });
  fake.instead = () => ({ status: 401, json: { error: { message: 'bad key sk-secret for the text okapi' } } });
  const before = fake.asked.length;
  const fault = await failureOf(embedder.embed(['okapi']));
  expect(fault).toMatchObject({
    message: 'The embeddings endpoint refused the server’s key (HTTP 401).',
    isRetryable: false,
  });
  expect(JSON.stringify([fault.message, String(fault.cause), fault.stack])).not.toMatch(/sk-secret|okapi/);
  expect(fake.asked.length).toBe(before + 1);
});

test('one text that is refused leaves the others theirs, and is cut until it is taken', async () => {
  const embedder = await open();
  fake.instead = ({ texts }) => (texts.some((text) => text.length > 300) ? { status: 413, text: '' } : undefined);
  const long = 'okapi '.repeat(100);
  const vectors = await embedder.embed(['a', long, 'b']);
  expect(vectors).toHaveLength(3);
  expect(fake.embedded.at(-1)).toBe('b');
  expect(fake.embedded).toContain(long.slice(0, 300));
  fake.instead = () => ({ status: 400, text: '' });
  expect(await failureOf(embedder.embed(['a', 'b']))).toMatchObject({
    message: 'The embeddings endpoint refused the request (HTTP 400).',
    isRetryable: false,
  });
});

test('silence has a deadline, an abort its reason, and closing ends what is under way', async () => {
  const embedder = await open({ deadlineMs: 200, questionMs: 50, backoffMs: [] });
  fake.instead = () => new Promise(() => {});
  for (const priority of ['batch', 'query'] as const) {
    const fault = await failureOf(embedder.embed(['a'], { priority }));
    expect(fault.message).toBe('The embeddings endpoint did not answer in time.');
  }
  const left = new AbortController();
  const asked = embedder.embed(['a'], { signal: left.signal });
  left.abort(new Error('nobody waits'));
  await expect(asked).rejects.toThrow('nobody waits');
  const underWay = embedder.embed(['a']);
  await embedder.close();
  await expect(underWay).rejects.toThrow('The embedder was closed.');
});

test('nobody at the address is a fault in words', async () => {
  const { url } = fake;
  await fake[Symbol.asyncDispose]();
  expect(await failureOf(open({ url }))).toMatchObject({
    message: 'The embeddings endpoint cannot be reached.',
    isRetryable: true,
  });
});
