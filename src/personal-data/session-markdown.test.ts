import { expect, test } from 'vitest';
import type { Citation, SessionEvent } from '../contract/events.ts';
import type { ExportedSession } from '../contract/session-export.ts';
import { sessionMarkdown } from './session-markdown.ts';
import { toldTurns } from './told-turns.ts';

const at = '2026-03-01T09:05:00.000Z';
const session: ExportedSession = {
  session_id: 'session',
  username: 'ada',
  created_at: at,
  last_activity: at,
  title: 'Opening *hours* <b>',
  agent: { id: 'librarian', name: 'Librarian' },
  corpora: [],
  chat_messages: 0,
  user_queries: 0,
  is_active: true,
  archived: false,
  pinned: false,
  last_seq: 0,
  imported_at: null,
  deleted_at: null,
};

const citation = (n: number, more: Partial<Citation> = {}): Citation => ({
  n,
  corpus_id: 'corpus',
  corpus_name: 'House rules',
  document_id: 'document',
  document_version: 1,
  document_title: 'Gate_plan.pdf',
  passage_id: 'passage',
  start: 0,
  end: 10,
  page: 3,
  quote: 'The gate\nopens at [7].',
  score: 1,
  ...more,
});

type Turn = { id: string; question: string; replaces?: string; state?: 'done' | 'failed' | 'interrupted' | 'running' };
type Said = { text: string; citations?: Citation[]; partial?: boolean };

let seq = 0;
const common = (turn_id: string) => ({ seq: ++seq, session_id: 'session', turn_id, at });
function asked({ id, question, replaces }: Turn): SessionEvent[] {
  return [
    {
      ...common(id),
      type: 'user_message',
      client_turn_id: id,
      author_user_id: 'ada',
      text: question,
      corpora: [],
      parent_turn_id: null,
      replaces_turn_id: replaces ?? null,
    },
    { ...common(id), type: 'turn_state', state: 'queued', attempt: 0 },
  ];
}
function answered({ id, state = 'done' }: Turn, said?: Said): SessionEvent[] {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const events: SessionEvent[] = [{ ...common(id), type: 'turn_state', state: 'running', attempt: 1 }];
  if (said) {
    const { text, citations = [], partial = false } = said;
    events.push({
      ...common(id),
      type: 'agent_message',
      step: 0,
      final: true,
      text,
      citations,
      model: '',
      usage,
      partial,
    });
  }
  return state === 'running' ? events : [...events, { ...common(id), type: 'turn_state', state, attempt: 1 }];
}

async function* given(events: readonly SessionEvent[]) {
  yield* events;
}
async function written(
  events: readonly SessionEvent[],
  facts: Partial<ExportedSession> = {},
  authors: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const exported = { at, by: 'ada', authors };
  let text = '';
  for await (const part of sessionMarkdown({ ...session, ...facts }, toldTurns(given(events)), exported)) text += part;
  return text;
}
const whole = (turn: Turn, said?: Said) => [...asked(turn), ...answered(turn, said)];

test('where several people asked, each question says who', async () => {
  const events = whole({ id: 'a', question: 'When?' }, { text: 'At seven.' });
  const [alone, named] = [await written(events), await written(events, {}, new Map([['ada', 'Ada *L*']]))];
  expect(alone).not.toContain('Ada');
  expect(named).toMatch(/## Question 1\n\n\*Ada \\\*L\\\*, /);
});

test('questions are quotations, markers are footnotes over the whole document, and a footnote names title, page and words', async () => {
  const text = await written([
    ...whole({ id: 'a', question: 'When?\n\n# Not a heading' }, { text: 'At seven [1].', citations: [citation(1)] }),
    ...whole(
      { id: 'b', question: 'And where?' },
      {
        text: 'North [1, 2], see `list[1]` and [3].',
        citations: [citation(1, { document_title: 'Map', quote: 'north' }), citation(2)],
      },
    ),
  ]);
  expect(text).toContain('# Opening \\*hours\\* \\<b\\>\n');
  expect(text).toContain('## Question 1\n\n*2026-03-01 09:05 UTC*\n\n> When?\n>\n> # Not a heading\n');
  expect(text).toContain('At seven [^1].');
  expect(text).toContain('[^1]: **Gate\\_plan.pdf**, page 3 (House rules): “The gate opens at \\[7\\].”');
  expect(text).toContain('North [^2][^3], see `list[1]` and [3].');
  expect(text).toContain('[^2]: **Map**, page 3 (House rules): “north”');
  expect(text.match(/^\[\^\d+\]:/gm)).toHaveLength(3);
});

test('a code block that a stop left open does not swallow what follows', async () => {
  const text = await written([
    ...whole({ id: 'a', question: 'Show me', state: 'interrupted' }, { text: '```js\nlet a = 1', partial: true }),
    ...whole({ id: 'b', question: 'Next' }, { text: 'Here.' }),
  ]);
  expect(text).toContain('```js\nlet a = 1\n```\n\n*The answer was stopped here.*');
  expect(text).toContain('## Question 2');
});

test('turns come in the order of their messages, also where the answers of two lie between each other', async () => {
  const [a, b]: Turn[] = [
    { id: 'a', question: 'First' },
    { id: 'b', question: 'Second', state: 'running' },
  ];
  if (!a || !b) throw new Error('two turns were written');
  const text = await written([...asked(a), ...asked(b), ...answered(b), ...answered(a, { text: 'One.' })]);
  expect(text.indexOf('> First')).toBeLessThan(text.indexOf('One.'));
  expect(text.indexOf('One.')).toBeLessThan(text.indexOf('> Second'));
  expect(text).toContain('*Not answered yet when this was exported.*');
});

test('a question asked again says which, a failed one says so, a closed and brought-in session too', async () => {
  const text = await written(
    [
      ...whole({ id: 'a', question: 'When?', state: 'failed' }),
      ...whole({ id: 'b', question: 'When?', replaces: 'a' }, { text: 'At seven.' }),
    ],
    { is_active: false, imported_at: at },
  );
  expect(text).toContain('*No answer: something went wrong.*');
  expect(text).toContain('*2026-03-01 09:05 UTC, question 1 asked again*');
  expect(text).toContain('- Closed by an administrator');
  expect(text).toContain('- Brought in from elsewhere: 2026-03-01 09:05 UTC.');
});

const changed = (to: string, from: string): SessionEvent => ({
  seq: ++seq,
  session_id: 'session',
  at,
  type: 'session_updated',
  agent: { id: to, name: `*${to}*` },
  agent_before: { id: from, name: from },
});

test('where another agent answers from there on a line says so, before its first question or at the end', async () => {
  const text = await written([
    changed('clerk', 'librarian'),
    ...whole({ id: 'a', question: 'First' }, { text: 'One.' }),
    changed('lawyer', 'clerk'),
    changed('clerk', 'lawyer'),
    ...whole({ id: 'b', question: 'Second' }, { text: 'Two.' }),
    changed('lawyer', 'clerk'),
    ...whole({ id: 'c', question: 'Third' }, { text: 'Three.' }),
    changed('clerk', 'lawyer'),
  ]);
  expect(text).toContain('Two.\n\n*\\*lawyer\\* answers from here on*\n\n## Question 3');
  expect(text).toMatch(/Three\.\n\n\*\\\*clerk\\\* answers from here on\*\n$/);
  expect(text.match(/answers from here on/g)).toHaveLength(2);
});

test('what was erased is not in it, and an empty session says that it is', async () => {
  const [, ...rest] = whole({ id: 'a', question: 'Secret' }, { text: 'Hidden.' });
  const erased: SessionEvent = { seq: 1, session_id: 'session', turn_id: 'a', at, type: 'redacted', reason: 'erased' };
  const text = await written([erased, ...rest]);
  expect(text).not.toContain('Hidden.');
  expect(text).toContain('Nothing was asked in this session.');
});
