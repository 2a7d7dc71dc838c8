import { z } from 'zod';
import type { SubAgent } from '../sub-agents.ts';
import { type AgentTool, type ToolOutput, toInputSchema } from './agent-tool.ts';

/** In an attempt of a turn. Each may cost as many model calls as the asked agent takes. */
const mostQuestions = 8;
/** A whole run with searches and model calls of its own. */
const deadlineMs = 300_000;

/** The tool by which an agent asks others. It is made for each turn, because which there are is the definition's to say. */
export function askAgent(
  subAgents: readonly SubAgent[],
  ask: (agent: SubAgent, question: string, signal: AbortSignal) => Promise<ToolOutput>,
): AgentTool {
  const input = z.strictObject({
    agent: z.enum(subAgents.map(({ definition }) => definition.name)).describe('Which of them.'),
    question: z
      .string()
      .trim()
      .min(1)
      .max(4_000)
      .describe('With all that must be known for it: the agent does not see the conversation.'),
  });
  let asked = 0;
  const tool: AgentTool<typeof input> = {
    name: 'ask_agent',
    description: [
      'Asks another agent and returns its answer with the passages it cites, each with a number to cite it by. There are:',
      ...subAgents.map(({ definition: { name, description } }) => `- ${name}${description && `: ${description}`}`),
    ].join('\n'),
    input,
    inputSchema: toInputSchema(input),
    isRepeatable: true,
    deadlineMs,
    async run(_run, { agent: name, question }, signal) {
      const agent = subAgents.find(({ definition }) => definition.name === name);
      if (!agent || !(await agent.mayUse())) return { error: `${name} is not available any more.` };
      if (asked >= mostQuestions)
        return { error: `No more than ${mostQuestions} questions: answer with what there is.` };
      asked += 1;
      return ask(agent, question, signal);
    },
  };
  return tool;
}
