import { z } from 'zod';
import { time, visibleName } from './common.ts';

/** The most corpora set for an agent. */
export const maxAgentCorpora = 50;
/** The most agents that one agent may ask. */
export const maxSubAgents = 10;
/** The most agents that are there at once. */
export const maxAgents = 200;
/** In UTF-16 units. */
export const maxInstructions = 20_000;
/** What a turn is bounded by where an agent says nothing else: model calls, and UTF-16 units of streamed text. */
export const defaultLimits = { max_steps: 12, max_answer_chars: 1024 * 1024 } as const;
export const limitBounds = {
  max_steps: { min: 1, max: 50 },
  max_answer_chars: { min: 200, max: 1024 * 1024 },
} as const;

/** The agent of the sessions in which administrators try out what they have not saved. Its row is hidden like a deleted one and nobody is
 *  granted it: what it is stands in the session's drafts. */
export const benchAgentId = 'test_bench';

const corporaIds = z.array(z.string().min(1).max(100)).max(maxAgentCorpora);

/** Ids. None: sessions with the agent begin with all corpora that the person may search. */
export const agentCorporaBody = z.strictObject({ corpora: corporaIds });

export const agentToolName = z.enum(['search_corpora', 'list_corpora', 'open_passage']);
export type AgentToolName = z.infer<typeof agentToolName>;

const isEachOnce = (names: readonly string[]) => new Set(names).size === names.length;

/** All that an agent is, as it is saved, kept for each version and run. */
export const agentDefinition = z.strictObject({
  name: visibleName,
  description: z.string().trim().max(300),
  instructions: z.string().trim().min(1).max(maxInstructions),
  tools: z.array(agentToolName).refine(isEachOnce, 'Name each tool once.').meta({ uniqueItems: true }),
  corpora: corporaIds.refine(isEachOnce, 'Name each corpus once.').meta({ uniqueItems: true }),
  /** Ids of the agents that it may ask; left out for none. Whoever may not use one of them is answered without it. */
  sub_agents: z
    .array(z.string().min(1).max(100))
    .max(maxSubAgents)
    .refine(isEachOnce, 'Name each agent once.')
    .meta({ uniqueItems: true })
    .optional(),
  /** The most model calls of a turn, over all its attempts; those of agents that it asks are bounded by their own limits. */
  max_steps: z.int().min(limitBounds.max_steps.min).max(limitBounds.max_steps.max),
  /** The most text of an attempt, in UTF-16 units; beyond it the turn fails with `output_too_long` and its text is kept. */
  max_answer_chars: z.int().min(limitBounds.max_answer_chars.min).max(limitBounds.max_answer_chars.max),
  /** The name of a model, as an endpoint lists it; empty for the default. */
  model: z
    .string()
    .trim()
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Use no control characters.'),
});
export type AgentDefinition = z.infer<typeof agentDefinition>;

const note = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Write one line.')
  .optional();

export const createAgentBody = z.strictObject({ definition: agentDefinition, note });
/** `base_version` is the version that was changed: where it is not the newest any more, nothing is saved. */
export const saveAgentBody = z.strictObject({
  base_version: z.int().min(0),
  definition: agentDefinition,
  note,
});
export const restoreAgentBody = z.strictObject({ base_version: z.int().min(0), version: z.int().min(1) });
export const agentActiveBody = z.strictObject({ is_active: z.boolean() });
export const agentDraftBody = z.strictObject({ definition: agentDefinition });

/** An agent as administrators see it. */
export const adminAgent = z.strictObject({
  agent_id: z.string(),
  name: z.string(),
  description: z.string(),
  is_active: z.boolean(),
  /** It came with the product: it can be changed and switched off, not deleted. */
  is_builtin: z.boolean(),
  version: z.int(),
  updated_at: time,
  /** Of its newest version; empty for the default. */
  model: z.string(),
  /** By name. An archived one is not searched. */
  default_corpora: z.array(z.strictObject({ corpus_id: z.string(), name: z.string(), is_archived: z.boolean() })),
  /** How many more are set that are deleted. While all are deleted or archived, sessions with the agent begin with no corpus. */
  deleted_corpora: z.number().int().min(0),
});
export type AdminAgent = z.infer<typeof adminAgent>;

/** What a builder chooses among. */
const agentChoices = z.strictObject({
  /** What each tool does, as the model is told. */
  tools: z.array(z.strictObject({ name: agentToolName, description: z.string() })),
  /** What answers where an agent names no model. */
  default_model: z.string(),
  /** What can be named; empty while no model endpoint is set. */
  models: z.array(z.string()),
  /** Whether the environment's endpoint can be asked for others too. */
  takes_other_models: z.boolean(),
});
export const adminAgentList = z.strictObject({ agents: z.array(adminAgent), choices: agentChoices });
export type AdminAgentList = z.infer<typeof adminAgentList>;
export type AgentChoices = z.infer<typeof agentChoices>;

const maker = z.strictObject({ id: z.string(), name: z.string() }).nullable();

/** One save of an agent. */
export const agentVersion = z.strictObject({
  version: z.int(),
  note: z.string(),
  /** It came with the product. */
  is_delivered: z.boolean(),
  /** Null for what came with the product, and for somebody who is erased. */
  made_by: maker,
  created_at: time,
});
export type AgentVersion = z.infer<typeof agentVersion>;
/** Newest first. */
export const agentVersionList = z.strictObject({ versions: z.array(agentVersion), next_before: z.int().nullable() });
export const agentVersionDetail = z.strictObject({
  ...agentVersion.shape,
  // What was saved once is shown whatever the rules for saving are now.
  definition: z.strictObject({
    ...agentDefinition.shape,
    name: z.string(),
    description: z.string(),
    instructions: z.string(),
    model: z.string(),
  }),
});
export type AgentVersionDetail = z.infer<typeof agentVersionDetail>;

export const savedAgent = z.strictObject({ agent_id: z.string(), version: z.int() });
export const agentTest = z.strictObject({ session_id: z.string() });

/** What the model is sent with each question, before the conversation. */
export const agentPreview = z.strictObject({
  /** The whole system text. */
  system: z.string(),
  tools: z.array(z.strictObject({ name: z.string(), description: z.string() })),
});
export type AgentPreview = z.infer<typeof agentPreview>;
