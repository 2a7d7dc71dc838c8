import { z } from 'zod';

/** The most groups that have a default agent. */
export const maxAgentDefaults = 200;

const id = z.string().min(1).max(100);

/** The agents that sessions begin with where nobody names one. */
export const agentDefaultsBody = z.strictObject({
  /** For whom no group's default counts; null: the first agent they may use, built-in ones first, then by name. */
  everyone_agent_id: id.nullable(),
  /** In the order in which they count for somebody who is in several groups. */
  groups: z
    .array(z.strictObject({ group_id: id, agent_id: id }))
    .max(maxAgentDefaults)
    .refine(
      (groups) => new Set(groups.map(({ group_id }) => group_id)).size === groups.length,
      'Name each group once.',
    ),
});
export type AgentDefaultsBody = z.infer<typeof agentDefaultsBody>;

const defaultAgent = {
  agent_id: z.string(),
  agent_name: z.string(),
  /** While false nobody may use it, and the next default counts. */
  is_active: z.boolean(),
  /** Whether the group, or everybody, is granted the agent. A default gives nobody an agent: who may not use it has the next default. */
  is_granted: z.boolean(),
};
export const agentDefaults = z.strictObject({
  everyone: z.strictObject(defaultAgent).nullable(),
  groups: z.array(z.strictObject({ group_id: z.string(), group_name: z.string(), ...defaultAgent })),
});
export type AgentDefaults = z.infer<typeof agentDefaults>;
