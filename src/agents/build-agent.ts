import type { LlmAgent as Agent, BaseLlm, LlmRequest, RunAsyncToolRequest } from '@google/adk';
import { BaseTool, LlmAgent } from './adk.ts';
import type { RunnableAgent } from './runnable-agent.ts';
import type { AgentTool, ToolOutput } from './tools/agent-tool.ts';

/** Runs one of the agent's tools with the turn's rights and deadline; never throws. */
export type RunTool = (tool: AgentTool, input: Record<string, unknown>) => Promise<ToolOutput>;

/** An agent of ADK from its definition. The instructions are given by a function, because ADK fills `{name}` in a plain
 *  string from the session's state. */
export function buildAgent(definition: RunnableAgent, llm: BaseLlm, tools: AgentTool[], runTool: RunTool): Agent {
  return new LlmAgent({
    name: definition.id,
    description: definition.description,
    instruction: () => definition.instructions,
    model: llm,
    tools: tools.map((tool) => new OurTool(tool, runTool)),
    disallowTransferToParent: true,
    disallowTransferToPeers: true,
  });
}

/** Puts a tool that only says it does not exist where ADK will look for a name the model made up. ADK would answer such a
 *  call with an error event and leave the call without a result. */
export function answerUnknownTool(name: string, tools: LlmRequest['toolsDict'], known: AgentTool[]): void {
  if (Object.hasOwn(tools, name)) return;
  const value = new UnknownTool(
    name,
    known.map((tool) => tool.name),
  );
  Object.defineProperty(tools, name, { value, configurable: true, enumerable: true, writable: true });
}

/** What a call of a tool that does not exist is answered with. */
export function unknownToolOutput(name: string, known: string[]): ToolOutput {
  return { error: `There is no tool named ${JSON.stringify(name.slice(0, 80))}. There are: ${known.join(', ')}.` };
}

/** ADK's FunctionTool checks the input by itself and throws zod's raw report; ours must pass `runTool`, like a call that
 *  is run again after a crash. */
class OurTool extends BaseTool {
  readonly #tool: AgentTool;
  readonly #runTool: RunTool;

  constructor(tool: AgentTool, runTool: RunTool) {
    super({ name: tool.name, description: tool.description });
    this.#tool = tool;
    this.#runTool = runTool;
  }

  override _getDeclaration() {
    return { name: this.name, description: this.description, parametersJsonSchema: this.#tool.inputSchema };
  }

  override runAsync({ args }: RunAsyncToolRequest): Promise<ToolOutput> {
    return this.#runTool(this.#tool, args);
  }
}

class UnknownTool extends BaseTool {
  readonly #known: string[];

  constructor(name: string, known: string[]) {
    super({ name, description: '' });
    this.#known = known;
  }

  override async runAsync(): Promise<ToolOutput> {
    return unknownToolOutput(this.name, this.#known);
  }
}
