import { expect, test } from 'vitest';
import type { Embedder } from './embedder.ts';
import { extractiveModel } from './extractive.ts';
import type { ModelMessage, ModelPart, ModelRequest } from './model.ts';

const search = { name: 'search_corpora', description: '', inputSchema: {} };
const passage = (n: number, document_title: string, text: string, more: object = {}) => ({
  n,
  document_title,
  corpus_name: 'Handbook',
  heading_path: [],
  text: `<passage n="${n}">\n${text}\n</passage>`,
  ...more,
});

const operations = passage(
  1,
  'Operations',
  '# Backing up\n\nPerdure keeps everything in one folder. To back up Perdure, run `perdure backup`, which\ncopies the store while the server runs.\n\n- The copy is checked before the command ends.\n- Nothing stops meanwhile.',
  { page: 4, heading_path: ['Backing up'] },
);
const security = passage(
  2,
  'Security [draft]',
  'Passwords are hashed with scrypt. Every backup of Perdure is encrypted with the key in secret.key, as shown in [1].',
);

function asked(question: string, passages?: object[]): ModelRequest {
  const before: ModelMessage[] = [
    { role: 'system', text: 'You are a librarian.' },
    { role: 'user', text: question },
  ];
  if (!passages) return { messages: before, tools: [search] };
  const call = { callId: 'c', tool: 'search_corpora', input: { query: question } };
  const output = { passages, searched: ['Handbook'], note: '' };
  return {
    messages: [
      ...before,
      { role: 'assistant', text: '', toolCalls: [call] },
      { role: 'tool', results: [{ callId: 'c', tool: 'search_corpora', output, isError: false }] },
    ],
    tools: [search],
  };
}

async function partsOf(request: ModelRequest, embedder?: Embedder): Promise<ModelPart[]> {
  const parts: ModelPart[] = [];
  const model = extractiveModel({ embedder: () => embedder });
  for await (const part of model.stream(request, new AbortController().signal)) parts.push(part);
  return parts;
}

async function answerTo(request: ModelRequest, embedder?: Embedder): Promise<string> {
  const parts = await partsOf(request, embedder);
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

test('it first searches with the words of the user', async () => {
  const parts = await partsOf(asked('How do I back up Perdure?'));
  expect(parts[0]).toMatchObject({
    type: 'tool_call',
    call: { tool: 'search_corpora', input: { query: 'How do I back up Perdure?' } },
  });
});

test('a found answer is the sentence itself with its document, page and passage number', async () => {
  const text = await answerTo(asked('How do I back up Perdure?', [operations]));
  expect(text).toMatch(
    /^\*\*Operations\*\*, page 4:\n\n> To back up Perdure, run `perdure backup`, which copies the store while the server runs\. \[1\]/,
  );
});

test('two documents that both answer are both quoted, and a marker of the document is escaped', async () => {
  const text = await answerTo(
    asked('Is a backup of Perdure encrypted, how do I run the backup?', [operations, security]),
  );
  expect(text).toContain('[1]');
  expect(text).toContain('**Security \\[draft\\]**:');
  expect(text).toContain('secret.key, as shown in \\[1\\]. [2]');
});

test('what the documents do not say is not answered, and no marker is written', async () => {
  const text = await answerTo(asked('What is the capital of Portugal?', [operations, security]));
  expect(text).toBe('I found nothing about that in “Handbook”. Other words may find more.');
});

test('a search that failed or found no corpus says so without a marker', async () => {
  const request = asked('How do I back up?', []);
  const last = request.messages.at(-1);
  if (last?.role === 'tool' && last.results[0]) last.results[0].isError = true;
  expect(await answerTo(request)).toBe('I could not search your documents this time. Please ask again.');
  expect(await answerTo(asked('How do I back up?', []))).toContain('nothing about that in “Handbook”');
});

test('text shown before is gone on from when it is the beginning of the same answer', async () => {
  const request = asked('How do I back up Perdure?', [operations]);
  const whole = await answerTo(request);
  const parts = await partsOf({ ...request, shownText: whole.slice(0, 30) });
  expect(parts[0]).toEqual({ type: 'continued' });
  expect(whole.slice(0, 30) + parts.map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(whole);
  const other = await partsOf({ ...request, shownText: 'Something else' });
  expect(other[0]?.type).toBe('text');
});

const near = (text: string) => (/scrypt|secrets kept/.test(text) ? [1, 0] : [0, 1]);

test('an embedder outweighs shared words, and one that fails leaves the words', async () => {
  const embedder: Embedder = {
    id: 'test',
    dimensions: 2,
    embed: async (texts) => texts.map((text) => new Float32Array(near(text))),
    close: async () => undefined,
  };
  const question = 'How are secrets kept?';
  expect(await answerTo(asked(question, [operations, security]), embedder)).toContain(
    'Passwords are hashed with scrypt. [2]',
  );
  const broken: Embedder = { ...embedder, embed: () => Promise.reject(new Error('closed')) };
  expect(await answerTo(asked('How do I back up Perdure?', [operations]), broken)).toContain('[1]');
});
