import type { LlmRequest, LlmResponse } from '@google/adk';
import { BaseLlm, createSession, InvocationContext, PluginManager } from './adk.ts';
import { buildAgent } from './build-agent.ts';
import { toModelRequest } from './model-request.ts';
import type { RunnableAgent } from './runnable-agent.ts';
import type { SubAgent } from './sub-agents.ts';
import { askAgent } from './tools/ask-agent.ts';
import { toolCatalogue } from './tools/catalogue.ts';

/** What a model is sent of an agent with each question: its system text with all that is added to it, and its tools. It is read off a
 *  request that is made and not sent. */
export async function previewAgent(
  definition: RunnableAgent,
  subAgents: readonly SubAgent[],
): Promise<{ system: string; tools: { name: string; description: string }[] }> {
  const llm = new RequestReader();
  const own = definition.tools.map((name) => toolCatalogue[name]);
  const tools = subAgents.length === 0 ? own : [...own, askAgent(subAgents, async () => ({}))];
  const agent = buildAgent(definition, llm, tools, async () => ({}));
  const session = createSession({ id: 'preview', appName: 'perdure', userId: 'preview', events: [] });
  const context = new InvocationContext({
    invocationId: 'preview',
    agent,
    session,
    pluginManager: new PluginManager(),
  });
  await agent.runAsync(context).next();
  if (!llm.request) throw new Error('the agent asked no model');
  const request = toModelRequest(llm.request, () => '', Number.MAX_SAFE_INTEGER);
  const [system] = request.messages;
  return {
    system: system?.role === 'system' ? system.text : '',
    tools: request.tools.map(({ name, description }) => ({ name, description })),
  };
}

class RequestReader extends BaseLlm {
  request: LlmRequest | undefined;

  constructor() {
    super({ model: 'preview' });
  }

  override async *generateContentAsync(request: LlmRequest): AsyncGenerator<LlmResponse, void> {
    this.request = request;
    yield { content: { role: 'model', parts: [{ text: '-' }] } };
  }

  override async connect(): Promise<never> {
    throw new Error('Live connections are not supported.');
  }
}
