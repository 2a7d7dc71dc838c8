import { z } from 'zod';
import { time } from './common.ts';

/** Which program wrote a conversation. */
export const conversationSource = z.enum(['chatgpt', 'open_webui', 'librechat', 'perdure']);
export type ConversationSource = z.infer<typeof conversationSource>;

const count = z.number().int().nonnegative();

const conversation = z.strictObject({
  /** Null where that could not be told. */
  source: conversationSource.nullable(),
  title: z.string(),
  /** Null where the conversation could not be read. */
  created_at: time.nullable(),
  /** Questions, and answers to them. */
  messages: count,
  /** Messages in versions that were not in view, and what was written before anybody asked. */
  left_out: count,
  /** `comes` in a preview, `brought_in` after an import. */
  state: z.enum(['comes', 'brought_in', 'already_here', 'refused']),
  /** Why it is refused. */
  reason: z.string().nullable(),
});
export type ImportedConversation = z.infer<typeof conversation>;

/** What comes, or came, of a file of conversations. */
export const conversationImport = z.strictObject({
  /** True when nothing was stored. */
  is_preview: z.boolean(),
  /** The first of them, in the order of the file; refused ones are named first. */
  conversations: z.array(conversation),
  comes: count,
  brought_in: count,
  already_here: count,
  refused: count,
  left_out: count,
});
export type ConversationImport = z.infer<typeof conversationImport>;

export const conversationImportQuery = z.strictObject({ preview: z.enum(['true', 'false']).optional() });
