import type { Event, Session } from '@google/adk';
import type { Usage } from '../contract/events.ts';
import { createEvent, createSession, InvocationContext, PluginManager } from './adk.ts';
import {
  type AdkEventJson,
  callsOf,
  responsesOf,
  toDrafts,
  toEventParams,
  toJson,
  toResultEvent,
} from './adk-events.ts';
import { AdkLlm } from './adk-llm.ts';
import { AgentError } from './agent-error.ts';
import type { AgentDeps, AgentOutput, AgentRun } from './agent-run.ts';
import { answerUnknownTool, buildAgent, type RunTool, unknownToolOutput } from './build-agent.ts';
import { PassageNumbers } from './passage-numbers.ts';
import { runSubAgent } from './run-sub-agent.ts';
import { ShownPrefix } from './shown-prefix.ts';
import { StreamCiter, unrenumber } from './stream-citer.ts';
import { type AgentTool, runTool } from './tools/agent-tool.ts';
import { askAgent } from './tools/ask-agent.ts';
import { toolCatalogue } from './tools/catalogue.ts';
import { showResult } from './tools/show-result.ts';

const defaultMaxSteps = 12;
const noUsage: Usage = { input_tokens: 0, output_tokens: 0 };

/** Runs an agent until its answer is whole: shows its text as it comes, and gives what to store.
 *  It drives ADK's agent by itself, without ADK's Runner: the caller alone stores, and a resumed turn needs no second
 *  user message. Calls that a crash left without a result are run first, when their tool may run twice.
 *  Ends early and silently when the signal aborts.
 *  @throws ModelError what the model threw; AgentError `agent_too_many_steps`,
 *  `agent_unavailable`, `agent_failed` */
export async function* runAgent(deps: AgentDeps, run: AgentRun): AsyncGenerator<AgentOutput> {
  const numbers = run.numbers ?? new PassageNumbers(run.history);
  let asked = noUsage;
  const tools = toolsOf(deps, run, numbers, (usage) => {
    asked = add(asked, usage);
  });
  const toolRun = { actor: run.actor, corpora: run.corpora, knowledge: deps.knowledge, numbers };
  const call: RunTool = (tool, input) =>
    runTool(tool, toolRun, input, run.signal, {
      onFailure: (error) =>
        deps.log?.error('tool_failed', { tool: tool.name, turnId: run.turnId, reason: String(error) }),
    });
  const session = sessionOf(run);

  const orphans = await answerOrphans(deps, run, tools, call);
  if (run.signal.aborted) return;
  if (orphans) {
    session.events.push(createEvent(toEventParams(orphans)));
    yield { events: toDrafts(orphans), adkEvents: [orphans], usage: asked, final: false };
  }

  const shown = run.shown?.text ?? '';
  let step = run.firstStep;
  let citer = new StreamCiter(numbers);
  let prefix = new ShownPrefix(shown);
  let citedBefore = 0;
  const show = (met: { text: string; restarts: boolean }) => {
    if (met.restarts) void run.show({ type: 'restarted', step });
    if (met.text === '') return undefined;
    const { cited } = citer;
    const isNew = cited.length > citedBefore;
    citedBefore = cited.length;
    return run.show({ type: 'text', step, text: met.text, cited, ...(isNew && { citations: citer.citations() }) });
  };

  const offered = shown === '' ? undefined : unrenumber(shown, run.shown?.cited ?? []);
  const llm = new AdkLlm({
    model: deps.model,
    newId: deps.newId,
    showResult,
    onText: (text) => show(prefix.push(citer.push(text))),
    onCall: (name, known) => answerUnknownTool(name, known, tools),
    clock: deps.clock,
    async ensureAllowed() {
      if (!(await run.mayUseAgent())) throw new AgentError('agent_unavailable');
    },
    ...(offered && { shownText: offered }),
  });
  const agent = buildAgent(run.definition, llm, tools, call);
  const context = new InvocationContext({
    invocationId: run.turnId,
    agent,
    session,
    pluginManager: new PluginManager(),
    abortSignal: run.signal,
  });

  let spent = asked;
  asked = noUsage;
  const ensureStepsLeft = () => {
    if (step >= (run.maxSteps ?? defaultMaxSteps)) throw new AgentError('agent_too_many_steps');
  };

  ensureStepsLeft();
  for await (const event of untilAborted(agent.runAsync(context), run.signal)) {
    if (event.errorCode !== undefined) throw llm.failure ?? new AgentError('agent_failed', event.errorMessage);
    const json = toJson(event, deps.newId(), deps.clock.nowMs());
    session.events.push(createEvent(toEventParams(json)));
    if (responsesOf(json).length > 0) {
      spent = add(spent, asked);
      yield { events: toDrafts(json), adkEvents: [json], usage: asked, final: false };
      asked = noUsage;
      ensureStepsLeft();
      continue;
    }
    await show(prefix.push(citer.end()));
    await show(prefix.end());
    const usage = usageOf(event);
    spent = add(spent, usage);
    const isFinal = callsOf(json).length === 0;
    const facts = { step, model: deps.model.label, text: citer.text };
    const events = isFinal
      ? toDrafts(json, { ...facts, citations: citer.citations(), usage: spent })
      : toDrafts(json, { ...facts, usage });
    step += 1;
    citer = new StreamCiter(numbers);
    citedBefore = 0;
    prefix = new ShownPrefix('');
    yield { events, adkEvents: [json], usage, final: isFinal };
    if (isFinal) return;
  }
  if (!run.signal.aborted) throw llm.failure ?? new AgentError('agent_failed');
}

function toolsOf(
  deps: AgentDeps,
  run: AgentRun,
  numbers: PassageNumbers,
  onUsage: (usage: Usage) => void,
): AgentTool[] {
  const tools = run.definition.tools.map((name) => toolCatalogue[name]);
  const { subAgents = [] } = run;
  if (subAgents.length === 0) return tools;
  const ask = askAgent(subAgents, (agent, question, signal) =>
    runSubAgent(runAgent, deps, run, { agent, question, numbers, signal, onUsage }),
  );
  return [...tools, ask];
}

/** What ADK reads the conversation from: this run's own list, to which nobody else appends. */
function sessionOf(run: AgentRun): Session {
  return createSession({
    id: run.sessionId,
    appName: 'perdure',
    userId: run.actor.userId,
    events: run.history.map((event) => createEvent(toEventParams(event))),
  });
}

/** Answers the calls of this turn that have no result: run again when that is safe, else told as interrupted. */
async function answerOrphans(
  deps: AgentDeps,
  run: AgentRun,
  tools: readonly AgentTool[],
  call: RunTool,
): Promise<AdkEventJson | undefined> {
  const ofTurn = run.history.filter((event) => event.invocationId === run.turnId);
  const answered = new Set(ofTurn.flatMap(responsesOf).map((answer) => answer.callId));
  const orphans = ofTurn.flatMap(callsOf).filter((each) => !answered.has(each.callId));
  if (orphans.length === 0) return undefined;
  const results = [];
  for (const { callId, tool: name, input } of orphans) {
    const tool = tools.find((each) => each.name === name);
    const known = tools.map((each) => each.name);
    const unrepeatable = { error: 'interrupted: whether it took effect is not known' };
    const output = !tool ? unknownToolOutput(name, known) : tool.isRepeatable ? await call(tool, input) : unrepeatable;
    results.push({ callId, tool: name, output });
  }
  const { turnId } = run;
  const event = { id: deps.newId(), turnId, agentId: run.definition.id, timestampMs: deps.clock.nowMs(), results };
  return toResultEvent(event);
}

/** The events until the signal aborts, even while one is being waited for. */
async function* untilAborted(events: AsyncGenerator<Event, void>, signal: AbortSignal): AsyncGenerator<Event> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  try {
    while (!signal.aborted) {
      const next = await Promise.race([events.next(), aborted]);
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Waits behind a call that ignores the signal, so nobody waits for it; what it says then concerns nobody.
    events.return().catch(() => undefined);
  }
}

function usageOf(event: Event): Usage {
  const { promptTokenCount, candidatesTokenCount } = event.usageMetadata ?? {};
  return { input_tokens: promptTokenCount ?? 0, output_tokens: candidatesTokenCount ?? 0 };
}

function add(a: Usage, b: Usage): Usage {
  return { input_tokens: a.input_tokens + b.input_tokens, output_tokens: a.output_tokens + b.output_tokens };
}
