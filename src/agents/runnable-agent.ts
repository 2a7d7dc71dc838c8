import type { AgentDefinition, AgentToolName } from '../contract/agents.ts';
import { toolCatalogue } from './tools/catalogue.ts';

/** An agent as it runs. `id` is also its name inside ADK, so it is an identifier. */
export type RunnableAgent = {
  id: string;
  name: string;
  description: string;
  instructions: string;
  tools: AgentToolName[];
};

/** An agent to run, of what was saved. A tool that the product has no more is left out. Pure. */
export function runnableAgent(id: string, { name, description, instructions, tools }: AgentDefinition): RunnableAgent {
  return { id, name, description, instructions, tools: tools.filter((tool) => Object.hasOwn(toolCatalogue, tool)) };
}
