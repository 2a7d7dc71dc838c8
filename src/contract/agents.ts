import { z } from 'zod';

/** The most corpora set for an agent. */
export const maxAgentCorpora = 50;
/** Ids. None: sessions with the agent begin with all corpora that the person may search. */
export const agentCorporaBody = z.strictObject({
  corpora: z.array(z.string().min(1).max(100)).max(maxAgentCorpora),
});

/** An agent as administrators see it. */
export const adminAgent = z.strictObject({
  agent_id: z.string(),
  name: z.string(),
  description: z.string(),
  is_active: z.boolean(),
  /** By name. An archived one is not searched. */
  default_corpora: z.array(z.strictObject({ corpus_id: z.string(), name: z.string(), is_archived: z.boolean() })),
  /** How many more are set that are deleted. While all are deleted or archived, sessions with the agent begin with no corpus. */
  deleted_corpora: z.number().int().min(0),
});
export type AdminAgent = z.infer<typeof adminAgent>;
export const adminAgentList = z.strictObject({ agents: z.array(adminAgent) });
