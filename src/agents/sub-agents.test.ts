import { expect, test } from 'vitest';
import { ModelError } from '../models/model.ts';
import { type ScriptedMoment, type ScriptedStep, scriptedModel } from '../models/scripted.ts';
import { toResultEvent } from './adk-events.ts';
import { buildContext } from './build-context.ts';
import type { SubAgent } from './sub-agents.ts';
import { actor, backup, collect, knowledge, question, restore } from './testing/given-run.ts';

const clerk: SubAgent = {
  definition: {
    id: 'agent_clerk',
    name: 'Clerk',
    description: 'Knows about backups.',
    instructions: 'You are the clerk.',
    tools: ['search_corpora'],
  },
  version: 3,
  maxSteps: 4,
  maxAnswerChars: 1_000,
  mayUse: () => Promise.resolve(true),
};
const askClerk = (callId: string, text = 'How is a backup made?') => ({
  callId,
  tool: 'ask_agent',
  input: { agent: 'Clerk', question: text },
});
const searchCall = { callId: 'search-1', tool: 'search_corpora', input: { query: 'backup' } };
const isClerk = ({ request }: ScriptedMoment) => JSON.stringify(request.messages[0]).includes('You are the clerk.');

/** A model that answers as the clerk and as whoever asks. */
const model = (clerks: ScriptedStep[], askers: ScriptedStep[]) =>
  scriptedModel((moment) => (isClerk(moment) ? clerks : askers)[moment.step] ?? { text: 'done' });
const usage = { input_tokens: 10, output_tokens: 1 };

test('an agent asks another one, which searches as the turn’s author, and cites what that found', async () => {
  const { ports, searches } = knowledge();
  const run = await collect({
    ports,
    subAgents: [clerk],
    model: model(
      [
        { toolCalls: [searchCall], usage },
        { text: 'Run it [1]. See also [7].', usage },
      ],
      [
        { toolCalls: [askClerk('ask-1')], usage },
        { text: 'Run perdure backup [1].', usage },
      ],
    ),
  });
  expect(run.error).toBeUndefined();
  expect(searches.map((each) => each.actor)).toEqual([actor]);
  expect(run.events.map(({ type }) => type)).toEqual(['agent_message', 'tool_call', 'tool_result', 'agent_message']);
  expect(run.events[2]?.payload).toEqual({
    call_id: 'ask-1',
    is_error: false,
    output: {
      agent: 'Clerk',
      agent_id: 'agent_clerk',
      version: 3,
      answer: 'Run it [1]. See also.',
      corpus_ids: ['c1'],
      passages: [{ ...backup, n: 1 }],
    },
  });
  expect(run.final?.citations).toMatchObject([{ n: 1, passage_id: 'p1' }]);
  expect(run.shown(1), 'the clerk’s own words are not streamed').toBe('Run perdure backup [1].');
  expect(run.final?.usage, 'all four calls').toEqual({ input_tokens: 40, output_tokens: 4 });
  expect(run.commits.map((commit) => commit.usage.input_tokens)).toEqual([10, 20, 10]);
});

test('whoever is asked sees the question alone, has its own tools and asks nobody', async () => {
  const asked = model(
    [{ text: 'So.' }],
    [{ text: 'I ask.', toolCalls: [askClerk('ask-1', 'Secret-free question?')] }, { text: 'Thus.' }],
  );
  await collect({ subAgents: [clerk], model: asked });
  const [asker, theClerk, again] = asked.requests;
  expect(asker?.tools.map(({ name }) => name)).toEqual(['search_corpora', 'list_corpora', 'open_passage', 'ask_agent']);
  expect(asker?.tools.at(-1)?.description).toContain('- Clerk: Knows about backups.');
  expect(theClerk?.tools.map(({ name }) => name)).toEqual(['search_corpora']);
  expect(JSON.stringify(theClerk?.messages)).toContain('Secret-free question?');
  expect(JSON.stringify(theClerk?.messages)).not.toContain('How do I back up?');
  expect(JSON.stringify(again?.messages.at(-1))).toContain('So.');
  expect(JSON.stringify(again?.messages.at(-1))).not.toMatch(/agent_id|corpus_ids|version/);
});

test('what it finds has numbers after those of the conversation, which a number never means twice', async () => {
  const found = { ...restore, n: 1 };
  const results = [{ callId: 'search-0', tool: 'search_corpora', output: { passages: [found] } }];
  const before = toResultEvent({ id: 'e0', turnId: 'turn-0', agentId: 'librarian', timestampMs: 1, results });
  const run = await collect({
    history: [before, question],
    subAgents: [clerk],
    model: model(
      [{ toolCalls: [searchCall] }, { text: 'Run it [2].' }],
      [{ toolCalls: [askClerk('ask-1')] }, { text: 'Both [1][2].' }],
    ),
  });
  expect(run.events[2]?.payload).toMatchObject({
    output: { answer: 'Run it [2].', passages: [{ passage_id: 'p1', n: 2 }] },
  });
  expect(run.final?.citations).toMatchObject([{ passage_id: 'p2' }, { passage_id: 'p1' }]);
});

/** What the model is told instead of an answer. */
const errorOf = async (agent: SubAgent, clerks: ScriptedStep[], call = askClerk('ask-1')) => {
  const run = await collect({
    subAgents: [agent],
    model: model(clerks, [{ toolCalls: [call] }, { text: 'Without.' }]),
  });
  expect(run.final?.text).toBe('Without.');
  const payload = run.events[2]?.payload;
  return payload && 'output' in payload ? (payload.output as { error?: string }).error : undefined;
};

test('an agent that the author may not use any more, that fails, says too much or is not there is told so, and the turn goes on', async () => {
  const broken = new ModelError('model_unreachable', 'away', { retryable: false });
  expect(await errorOf({ ...clerk, mayUse: () => Promise.resolve(false) }, [{ text: 'So.' }])).toBe(
    'Clerk is not available any more.',
  );
  const failed = 'Clerk did not answer. Try once more, or answer without it.';
  expect(await errorOf(clerk, [{ text: 'So', failAfter: { pieces: 1, error: broken } }])).toBe(failed);
  expect(await errorOf({ ...clerk, maxAnswerChars: 10 }, [{ text: 'x'.repeat(11) }])).toBe(failed);
  expect(await errorOf({ ...clerk, maxSteps: 1 }, [{ toolCalls: [searchCall] }])).toBe(failed);
  let asked = 0;
  const taken: SubAgent = { ...clerk, mayUse: () => Promise.resolve(++asked < 3) };
  expect(await errorOf(taken, [{ toolCalls: [searchCall] }, { text: 'So.' }]), 'taken away in between').toBe(failed);
  const unknown = { callId: 'ask-1', tool: 'ask_agent', input: { agent: 'Nobody', question: 'Who?' } };
  expect(await errorOf(clerk, [], unknown)).toMatch(/^The input of ask_agent is not valid\./);
});

test('an answer from a corpus that the author may read no more is not told again', () => {
  const output = { agent: 'Clerk', answer: 'At seven.', corpus_ids: ['c1', 'c2'], passages: [{ ...backup, n: 1 }] };
  const results = [{ callId: 'ask-0', tool: 'ask_agent', output }];
  const asked = toResultEvent({ id: 'e0', turnId: 'turn-0', agentId: 'librarian', timestampMs: 1, results });
  const turns = [
    { turnId: 'turn-1', events: [question] },
    { turnId: 'turn-0', events: [asked] },
  ];
  const told = (...readable: string[]) =>
    JSON.stringify(buildContext(turns, 10_000, { canRead: (id) => readable.includes(id) }).history);
  expect(told('c1', 'c2')).toContain('At seven.');
  expect(told('c1'), 'what it read and did not cite counts').not.toContain('At seven.');
  expect(told('c1')).toContain(backup.text);
});

test('no attempt asks more than eight questions, and a long answer keeps within an event', async () => {
  const long = 'word '.repeat(2_000);
  const many = Array.from({ length: 9 }, (_, index) => askClerk(`ask-${index}`));
  const run = await collect({
    subAgents: [{ ...clerk, maxAnswerChars: 100_000 }],
    model: model([{ text: [long] }], [{ toolCalls: many }, { text: 'So.' }]),
  });
  const outputs = run.events.flatMap(({ type, payload }) =>
    type === 'tool_result' ? [payload.output as { error?: string; answer?: string }] : [],
  );
  expect(outputs).toHaveLength(9);
  expect(outputs.filter(({ error }) => error?.startsWith('No more than 8'))).toHaveLength(1);
  expect(outputs[0]?.answer).toHaveLength(4_004);
});

test('a stopped turn stops whoever it asks', async () => {
  const stop = new AbortController();
  const run = await collect({
    subAgents: [clerk],
    signal: stop.signal,
    model: scriptedModel((moment) => {
      if (!isClerk(moment)) return { toolCalls: [askClerk('ask-1')] };
      setTimeout(() => stop.abort(), 10);
      return { text: 'never', stallAfter: 0 };
    }),
  });
  expect(run.error).toBeUndefined();
  expect(run.events.map(({ type }) => type)).toEqual(['agent_message', 'tool_call']);
});

test('a question that a crash cut off is asked again', async () => {
  const cut = {
    id: 'e2',
    invocationId: 'turn-1',
    author: 'librarian',
    timestamp: 2,
    content: {
      role: 'model',
      parts: [{ functionCall: { id: 'ask-1', name: 'ask_agent', args: askClerk('ask-1').input } }],
    },
  };
  const run = await collect({
    history: [question, cut],
    firstStep: 1,
    subAgents: [clerk],
    model: model([{ text: 'So.', usage }], [{ text: 'Lost' }, { text: 'Thus.', usage }]),
  });
  expect(run.events[0]?.payload).toMatchObject({ call_id: 'ask-1', output: { answer: 'So.' } });
  expect(run.commits[0]?.usage).toEqual(usage);
  expect(run.final?.usage).toEqual({ input_tokens: 20, output_tokens: 2 });
});
