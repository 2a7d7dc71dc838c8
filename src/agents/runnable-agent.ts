import type { AgentDefinition as SavedAgent } from '../contract/agents.ts';
import type { AgentDefinition } from './catalogue.ts';
import { toolCatalogue } from './tools/catalogue.ts';

/** An agent to run, of what was saved. A tool that the product has no more is left out. Pure. */
export function runnableAgent(id: string, { name, description, instructions, tools }: SavedAgent): AgentDefinition {
  return { id, name, description, instructions, tools: tools.filter((tool) => Object.hasOwn(toolCatalogue, tool)) };
}
