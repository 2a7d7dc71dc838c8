import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BaseLlm,
  type BaseLlmConnection,
  BaseTool,
  type Event,
  LlmAgent,
  type LlmRequest,
  type LlmResponse,
  type RunAsyncToolRequest,
  Runner,
  StreamingMode,
  setLogger,
} from '@google/adk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { type AdkSessionService, openAdkSessionService } from './adk-session-service.ts';

setLogger(null);
let dataDir: string;
let service: AdkSessionService;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'perdure-adk-runner-'));
  service = await openAdkSessionService({ dataDir });
});
afterEach(async () => {
  await service.close();
  rmSync(dataDir, { recursive: true });
});

/** Asks for the price once a question, then says how many user texts and results it was shown. */
class TinyLlm extends BaseLlm {
  constructor() {
    super({ model: 'tiny' });
  }

  override async *generateContentAsync({ contents }: LlmRequest): AsyncGenerator<LlmResponse, void> {
    const parts = contents.flatMap((each) => (each.role === 'user' ? (each.parts ?? []) : []));
    const last = contents.at(-1)?.parts?.[0];
    if (last?.text !== undefined) {
      const functionCall = { id: `call-${parts.length}`, name: 'price', args: { item: last.text } };
      yield { content: { role: 'model', parts: [{ functionCall }] } };
      return;
    }
    const results = parts.filter((part) => part.functionResponse).length;
    const text = `${parts.length - results} questions, ${results} results`;
    yield { content: { role: 'model', parts: [{ text: text.slice(0, 5) }] }, partial: true };
    yield { content: { role: 'model', parts: [{ text }] } };
  }

  override async connect(): Promise<BaseLlmConnection> {
    throw new Error('not live');
  }
}

class PriceTool extends BaseTool {
  constructor() {
    super({ name: 'price', description: 'Tells a price.' });
  }

  override _getDeclaration() {
    return { name: this.name, description: this.description };
  }

  override async runAsync({ toolContext }: RunAsyncToolRequest): Promise<unknown> {
    const asked = toolContext.state.get<number>('asked', 0) ?? 0;
    toolContext.state.set('asked', asked + 1);
    toolContext.state.set('user:likes', 'soup');
    toolContext.state.set('app:menu', ['soup']);
    toolContext.state.set('temp:secret', 'not kept');
    return { eur: 3 };
  }
}

const name = { appName: 'diner', userId: 'u1', sessionId: 's1' };

async function ask(text: string): Promise<string[]> {
  const agent = new LlmAgent({ name: 'waiter', model: new TinyLlm(), instruction: 'Serve.', tools: [new PriceTool()] });
  const runner = new Runner({ appName: name.appName, agent, sessionService: service });
  const events: Event[] = [];
  for await (const event of runner.runAsync({
    userId: name.userId,
    sessionId: name.sessionId,
    newMessage: { role: 'user', parts: [{ text }] },
    runConfig: { streamingMode: StreamingMode.SSE },
  })) {
    events.push(event);
  }
  return events
    .filter((event) => !event.partial)
    .flatMap((event) => event.content?.parts?.map((part) => part.text ?? '') ?? []);
}

test('a Runner goes on after a restart with all it had, and our log and counters tell the same', async () => {
  await service.createSession(name);
  expect((await ask('soup?')).at(-1)).toBe('1 questions, 1 results');
  await service.close();
  service = await openAdkSessionService({ dataDir });
  expect((await ask('bread?')).at(-1)).toBe('2 questions, 2 results');

  const session = await service.getSession(name);
  expect(session?.state).toEqual({ asked: 2, 'user:likes': 'soup', 'app:menu': ['soup'] });
  expect(session?.events).toHaveLength(8);
  expect(new Set(session?.events.map((event) => event.invocationId)).size).toBe(2);
  expect(JSON.stringify(session)).not.toContain('not kept');

  const store = await openSqliteStore({ path: join(dataDir, 'perdure.db'), clock: systemClock });
  const [row] = await store.scan.adminSessions({ status: 'active', sort: 'last_activity', limit: 9 });
  const log = await store.read.eventsAfter({ sessionId: row?.session_id ?? '', userId: '', after: 0, limit: 99 });
  await store.close();
  const turn = ['user_message', 'agent_message', 'tool_call', 'tool_result', 'agent_message'];
  expect(log.map((event) => event.type)).toEqual([...turn, ...turn]);
  const finals = log.filter((event) => event.type === 'agent_message' && JSON.parse(event.payload).final === true);
  const messages = log.filter((event) => event.type === 'user_message');
  expect(row).toMatchObject({
    message_count: messages.length + finals.length,
    user_query_count: messages.length,
    last_seq: log.length,
  });
  expect([row?.message_count, row?.user_query_count]).toEqual([4, 2]);
});

test('a Runner without a session says so', async () => {
  await expect(ask('soup?')).rejects.toThrow(/[Ss]ession/);
});
