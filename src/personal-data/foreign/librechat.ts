import { z } from 'zod';
import { ImportFault } from '../import-fault.ts';
import type { ForeignConversation, ForeignMessage } from './foreign-conversation.ts';
import { foreignTime } from './foreign-time.ts';
import { lastLeaf, pathTo } from './visible-path.ts';

const message = z.object({
  messageId: z.string().min(1).max(200),
  parentMessageId: z.string().nullish(),
  isCreatedByUser: z.boolean(),
  text: z.string().nullish(),
  content: z.array(z.unknown()).nullish(),
  model: z.string().max(200).nullish(),
  createdAt: z.unknown().optional(),
  files: z.array(z.object({ filename: z.string().nullish(), type: z.string().nullish() })).nullish(),
  /** Of a recursive export: read one by one, however deep they lie. */
  children: z.array(z.unknown()).nullish(),
});
type Message = z.output<typeof message>;

/** What LibreChat's “Export conversation” gives as JSON, flat or recursive, with or without branches. */
export const librechatConversation = z.object({
  conversationId: z.string().min(1).max(150),
  title: z.string().nullish(),
  messages: z.array(z.unknown()).nullish(),
  messagesTree: z.array(z.unknown()).nullish(),
});

const maxMessages = 20_000;

/** What LibreChat shows first: of messages that answer the same one, the newest. Thoughts and calls of tools are left out. Pure.
 *  @throws ImportFault */
export function fromLibrechat({
  conversationId,
  title,
  messages,
  messagesTree,
}: z.output<typeof librechatConversation>): ForeignConversation {
  const nodes = new Map<string, Message>();
  const parents = new Map<string, string | null>();
  const waiting: { value: unknown; parent?: string }[] = (messagesTree ?? messages ?? [])
    .toReversed()
    .map((value) => ({ value }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const node = parsed(next.value, nodes.size + 1);
    if (nodes.has(node.messageId)) throw new ImportFault('Two of its messages have one id.');
    if (nodes.size === maxMessages)
      throw new ImportFault(`It has more than ${maxMessages.toLocaleString('en-US')} messages.`);
    nodes.set(node.messageId, node);
    parents.set(node.messageId, next.parent ?? node.parentMessageId ?? null);
    for (const value of (node.children ?? []).toReversed()) waiting.push({ value, parent: node.messageId });
  }
  const end = lastLeaf(parents);
  const path = end === undefined ? [] : pathTo(parents, end);
  const shown = path.flatMap((id) => nodes.get(id) ?? []);
  const onPath = new Set(path);
  return {
    source: 'librechat',
    id: conversationId,
    title: title ?? '',
    createdAtMs: foreignTime(shown[0]?.createdAt),
    archived: false,
    pinned: false,
    messages: shown.flatMap(messagesOf),
    elsewhere: [...nodes].filter(([id, node]) => !onPath.has(id) && messagesOf(node).length > 0).length,
  };
}

function parsed(value: unknown, number: number): Message {
  const result = message.safeParse(value);
  if (!result.success) throw new ImportFault(`Message ${number} of it is not as LibreChat writes one.`);
  return result.data;
}

function messagesOf({ isCreatedByUser, text, content, model, createdAt, files }: Message): ForeignMessage[] {
  const named = (files ?? []).map(({ filename, type }) =>
    type?.startsWith('image/') ? '*[Image]*' : `*[File: ${filename ?? 'without a name'}]*`,
  );
  const said = [text || (content ?? []).flatMap(words).join('\n\n'), ...named]
    .filter((each) => each !== '')
    .join('\n\n');
  if (said.trim() === '') return [];
  const atMs = foreignTime(createdAt);
  return [
    { role: isCreatedByUser ? 'user' : 'assistant', text: said, atMs, model: isCreatedByUser ? '' : (model ?? '') },
  ];
}

const part = z.object({ type: z.literal('text'), text: z.union([z.string(), z.object({ value: z.string() })]) });

function words(value: unknown): string[] {
  const parsedPart = part.safeParse(value);
  if (!parsedPart.success) return [];
  const { text } = parsedPart.data;
  return [typeof text === 'string' ? text : text.value];
}
