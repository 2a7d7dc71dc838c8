import { describe, expect, test } from 'vitest';
import { chatgpt, chatgptTalk, librechat, librechatMessage, openWebui } from '../testing/foreign-chats.ts';
import { rebuildSession } from '../rebuild-session.ts';
import { asSessionFile } from './as-session-file.ts';
import type { ForeignConversation } from './foreign-conversation.ts';
import { jsonValues } from './json-values.ts';
import { recognise } from './recognise.ts';

const at = '2026-11-27T12:00:00.000Z';
let ids = 0;
const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
const placing = { newId, at, agent: { id: 'librarian', name: '' } };

function foreign(value: unknown): ForeignConversation {
  const recognised = recognise(JSON.stringify(value));
  if (!('foreign' in recognised)) throw new Error('it was recognised as our own');
  return recognised.foreign;
}
const said = (value: unknown) => foreign(value).messages.map(({ role, text }) => [role, text]);

describe('ChatGPT', () => {
  const hidden = { is_visually_hidden_from_conversation: true };
  const nodes = [
    { id: 'root', parent: null },
    { id: 'system', parent: 'root', role: 'system', parts: [''] },
    { id: 'context', parent: 'system', role: 'user', parts: ['I am an SRE.'], metadata: hidden },
    { id: 'q1', parent: 'context', role: 'user', parts: ['First?', { content_type: 'image_asset_pointer' }] },
    { id: 'a1-old', parent: 'q1', role: 'assistant', parts: ['Another version.'] },
    { id: 'call', parent: 'q1', role: 'assistant', parts: ['search()'], more: { recipient: 'web' } },
    { id: 'found', parent: 'call', role: 'tool', parts: ['a page'] },
    { id: 'a1', parent: 'found', role: 'assistant', parts: ['It is so.\uE200cite\uE202turn0search1\uE201'] },
    { id: 'q2', parent: 'a1', role: 'user', parts: ['And?'], metadata: { attachments: [{ name: 'plan.pdf' }] } },
  ];

  test('gives the path in view, without what was hidden, thought or said to tools, and counts the other versions', () => {
    const found = foreign(chatgpt('c1', 'Talk', nodes, { is_archived: true, is_starred: true }));
    expect(found.messages.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'First?\n\n*[Image]*'],
      ['assistant', 'It is so.'],
      ['user', 'And?\n\n*[File: plan.pdf]*'],
    ]);
    expect(found).toMatchObject({ source: 'chatgpt', id: 'c1', archived: true, pinned: true, elsewhere: 1 });
    expect(found.createdAtMs).toBe(1_756_000_000_123);
    expect(found.messages[0]).toMatchObject({ atMs: 1_756_000_003_000 });
    expect(found.messages[1]).toMatchObject({ model: 'gpt-5' });
  });

  test('takes the last node where the current one is not in the tree', () => {
    expect(said(chatgpt('c1', 'Talk', nodes, { current_node: 'nowhere' }))).toHaveLength(3);
  });

  test.each([
    ['a node that is its own parent', { mapping: { a: { message: null, parent: 'a' } }, current_node: 'a' }, 'circle'],
    [
      'two that follow each other',
      { mapping: { a: { parent: 'b' }, b: { parent: 'a' } }, current_node: null },
      'circle',
    ],
    ['a mapping that is a list', { mapping: [] }, 'not as ChatGPT writes a conversation (at mapping'],
    ['a message that is a number', { mapping: { a: { message: 7 } } }, 'mapping.a.message'],
    [
      'parts that are a text',
      { mapping: { a: { message: { author: { role: 'user' }, content: { content_type: 'text', parts: 'x' } } } } },
      'parts',
    ],
  ])('refuses %s', (_what, changes, reason) => {
    expect(() => foreign({ ...chatgptTalk('c', 't'), ...changes })).toThrow(reason);
  });

  test('nothing hostile in names reaches a prototype', () => {
    const text = JSON.stringify(chatgptTalk('c', 't')).replace('"mapping":{', '"mapping":{"__proto__":{"parent":"q"},');
    const recognised = recognise(text);
    expect('foreign' in recognised && recognised.foreign.messages).toHaveLength(2);
    expect(Object.hasOwn(Object.prototype, 'parent')).toBe(false);
  });
});

describe('Open WebUI', () => {
  const thought = '<details type="reasoning" done="true"><summary>Thought</summary>\n> hm</details>\n';
  const messages = [
    { id: 'q', parentId: null, role: 'user', content: 'What is it?', more: { files: [{ type: 'image', url: 'x' }] } },
    { id: 'a-old', parentId: 'q', role: 'assistant', content: 'Old.' },
    { id: 'a', parentId: 'q', role: 'assistant', content: `${thought}It is **this**.` },
  ];

  test('gives the path in view without thoughts, with its times and model', () => {
    const found = foreign(openWebui('w1', 'Web', messages));
    expect(found.messages).toEqual([
      { role: 'user', text: 'What is it?\n\n*[Image]*', atMs: 1_756_000_000_000, model: '' },
      { role: 'assistant', text: 'It is **this**.', atMs: 1_756_000_002_000, model: 'llama3.1:latest' },
    ]);
    expect(found).toMatchObject({
      source: 'open_webui',
      id: 'w1',
      pinned: true,
      elsewhere: 1,
      createdAtMs: 1_756_000_000_000,
    });
  });

  test('reads the list of messages of a chat from before there were versions', () => {
    const chat = {
      title: 'Old',
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
      ],
    };
    expect(said({ id: 'w', chat })).toEqual([
      ['user', 'Hello'],
      ['assistant', 'Hi'],
    ]);
  });

  test('a thought that does not end stays text, and a million of them take no time', () => {
    const content = '<details type="x">'.repeat(500_000);
    const before = performance.now();
    expect(said({ id: 'w', chat: { messages: [{ role: 'user', content }] } })).toEqual([['user', content]]);
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  test('refuses messages in a circle', () => {
    const circle = messages.map((message) => ({ ...message, parentId: 'a' }));
    expect(() => foreign(openWebui('w', 'Web', circle))).toThrow('circle');
  });
});

describe('LibreChat', () => {
  const flat = [
    librechatMessage({ id: 'q', parent: null, byUser: true, text: 'How?' }),
    librechatMessage({ id: 'a1', parent: 'q', byUser: false, text: 'So.' }, 1),
    librechatMessage({ id: 'a2', parent: 'q', byUser: false, text: 'Or so.' }, 2),
  ];

  test('gives the newest version of a flat export, and its times', () => {
    const found = foreign(librechat('l1', 'Libre', flat));
    expect(found.messages.map(({ role, text, atMs }) => [role, text, atMs])).toEqual([
      ['user', 'How?', 1_756_000_000_000],
      ['assistant', 'Or so.', 1_756_000_002_000],
    ]);
    expect(found).toMatchObject({ source: 'librechat', id: 'l1', elsewhere: 1 });
  });

  test('gives the same of a recursive one, under either name, with content in parts', () => {
    const parts = [
      { type: 'think', think: 'hm' },
      { type: 'text', text: { value: 'Or so.' } },
    ];
    const tree = [
      librechatMessage({
        id: 'q',
        parent: null,
        byUser: true,
        text: 'How?',
        children: [
          librechatMessage({ id: 'a1', parent: 'q', byUser: false, text: 'So.', children: [] }),
          librechatMessage({ id: 'a2', parent: 'q', byUser: false, text: '', children: [], more: { content: parts } }),
        ],
      }),
    ];
    for (const more of [{ recursive: true }, { recursive: true, messages: undefined, messagesTree: tree }]) {
      expect(said(librechat('l', 'Libre', tree, more))).toEqual([
        ['user', 'How?'],
        ['assistant', 'Or so.'],
      ]);
    }
  });

  test('reads 1,500 messages inside each other', () => {
    let message = librechatMessage({ id: 'm0', parent: null, byUser: false, text: 'end' });
    for (let n = 1; n < 1_500; n++)
      message = librechatMessage({
        id: `m${n}`,
        parent: null,
        byUser: n % 2 === 1,
        text: String(n),
        children: [message],
      });
    expect(said(librechat('l', 'Deep', [message]))).toHaveLength(1_500);
  });

  test.each([
    [
      'messages in a circle',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      'circle',
    ],
    [
      'two of one id',
      [
        ['a', null],
        ['a', null],
      ],
      'one id',
    ],
  ] as const)('refuses %s', (_what, given, reason) => {
    const messages = given.map(([id, parent]) => librechatMessage({ id, parent, byUser: true, text: 'x' }));
    expect(() => foreign(librechat('l', 't', messages))).toThrow(reason);
  });
});

const conversation = (messages: ForeignConversation['messages'], more: Partial<ForeignConversation> = {}) => ({
  source: 'chatgpt' as const,
  id: 'c',
  title: '  A\n title ',
  createdAtMs: undefined,
  archived: false,
  pinned: false,
  elsewhere: 0,
  messages,
  ...more,
});
const user = (text: string, atMs?: number) => ({ role: 'user' as const, text, atMs, model: '' });
const assistant = (text: string, atMs?: number) => ({ role: 'assistant' as const, text, atMs, model: 'm' });

describe('a session made of a conversation', () => {
  test('keeps to the rules of our log: times that do not go back, answers in one, a question without one cancelled', () => {
    const { file, unasked } = asSessionFile(
      conversation([
        assistant('Welcome.'),
        user('One', 5_000),
        assistant('First half.', 4_000),
        assistant('Second half.', 9_000),
        user('Two'),
        user('Three', Date.parse(at) + 1e9),
      ]),
      placing,
    );
    expect(unasked).toBe(1);
    const session = rebuildSession(file, { newId, userId: 'ada', at });
    expect(session).toMatchObject({ title: 'A title', importedFrom: 'chatgpt:c', messages: 4, lastActivity: at });
    expect(session.turns.map(({ state, code }) => [state, code])).toEqual([
      ['done', null],
      ['cancelled', 'unanswered_elsewhere'],
      ['cancelled', 'unanswered_elsewhere'],
    ]);
    const answers = session.events.flatMap(({ event }) => (event.type === 'agent_message' ? [event.payload.text] : []));
    expect(answers).toEqual(['First half.\n\nSecond half.']);
    const times = session.events.map((event) => event.at);
    expect(times).toEqual(times.toSorted());
  });

  test('of an export of ours is refused with an answer that none can be here', () => {
    const { file } = asSessionFile(conversation([user('One'), assistant('An answer.')]), placing);
    const withAnswer = (text: string) => ({
      ...file,
      events: file.events.map((event) => (event.type === 'agent_message' ? { ...event, text } : event)),
    });
    const rebuild = (text: string) => rebuildSession(withAnswer(text), { newId, userId: 'ada', at });
    expect(() => rebuild('x'.repeat(2 ** 21 + 1))).toThrow('Event 4: it is longer than an answer can be.');
    expect(rebuild('x'.repeat(2 ** 20)).messages).toBe(2);
  });

  test('is called after its first question where it has no title', () => {
    const { file } = asSessionFile(conversation([user('  When does\nit open? ')], { title: ' ' }), placing);
    expect(file.session.title).toBe('When does it open?');
  });

  test.each([
    ['without a question', [assistant('Hello')], 'Nobody asked'],
    ['with a question of 64,001 characters', [user('x'.repeat(64_001))], '64,000'],
    ['with an answer over a mebibyte', [user('q'), assistant('x'.repeat(2 ** 20 + 1))], 'longer'],
    ['with 4,001 questions', Array.from({ length: 4_001 }, () => user('q')), '4,000 questions'],
  ])('is refused %s', (_what, messages, reason) => {
    expect(() => asSessionFile(conversation(messages), placing)).toThrow(reason);
  });
});

async function* bytes(text: string, size = 7) {
  const all = new TextEncoder().encode(text);
  for (let from = 0; from < all.length; from += size) yield all.subarray(from, from + size);
}

async function values(text: string, size?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const value of jsonValues(bytes(text, size))) found.push(value);
  return found;
}

async function* notUtf8() {
  yield Uint8Array.of(0x5b, 0xff, 0x5d);
}

describe('a file of conversations', () => {
  test('gives its values one by one, however the bytes come', async () => {
    const given = [{ a: '] } " \\ ü 門' }, { b: [{}, []] }];
    for (const size of [1, 2, 3, 1_000]) {
      expect(
        (await values(JSON.stringify(given, undefined, 1), size)).map((each) => JSON.parse(each) as unknown),
      ).toEqual(given);
    }
    expect(await values(' {"a":[1]}\n')).toEqual(['{"a":[1]}']);
    expect(await values('[]')).toEqual([]);
  });

  test.each([
    ['one that ends in the middle', '[{"a":1},{"b"', 'not whole'],
    ['none', '', 'no JSON file'],
    ['a text', '"text"', 'no JSON file'],
    ['a web page', '<html></html>', 'no JSON file'],
    ['more behind its end', '[{}] {}', 'more behind'],
    ['closings without openings', '[]]', 'no JSON file'],
    ['a depth that nobody needs', '['.repeat(100_000), 'deeper'],
  ])('refuses %s', async (_what, text, reason) => {
    await expect(values(text, 50_000)).rejects.toThrow(reason);
  });

  test('refuses one value of more than 16 MiB without holding it', async () => {
    await expect(values(`[{"a":"${'x'.repeat(17 * 2 ** 20)}"}]`, 2 ** 20)).rejects.toThrow('16 MiB');
  });

  test('refuses bytes that are no UTF-8', async () => {
    await expect(jsonValues(notUtf8()).next()).rejects.toThrow('UTF-8');
  });

  test.each([
    ['{}', 'no conversation of ChatGPT'],
    ['{"mapping":{]}', 'no JSON'],
    ['{"session":{},"events":[]}', 'not as Perdure writes a conversation'],
    ['{"session":{"__proto__":{}},"events":[]}', '__proto__ is not allowed'],
  ])('says why %s is none', (json, reason) => {
    expect(() => recognise(json)).toThrow(reason);
  });

  test('reads what is nested as deeply as the bound allows, with characters that no text may have', () => {
    const deep = `${'{"a":'.repeat(3_900)}"\\ud800"${'}'.repeat(3_900)}`;
    const text = JSON.stringify(chatgptTalk('c', 't')).replace(
      '"moderation_results":[]',
      `"moderation_results":${deep}`,
    );
    expect('foreign' in recognise(text)).toBe(true);
  });
});
