import { z } from 'zod';
import type { ForeignConversation, ForeignMessage } from './foreign-conversation.ts';
import { foreignTime } from './foreign-time.ts';
import { lastLeaf, pathTo } from './visible-path.ts';

const message = z.object({
  id: z.string().nullish(),
  parentId: z.string().nullish(),
  role: z.string(),
  content: z.unknown().optional(),
  model: z.string().max(200).nullish(),
  timestamp: z.unknown().optional(),
  files: z.array(z.object({ name: z.string().nullish(), type: z.string().nullish() })).nullish(),
});
type Message = z.output<typeof message>;

/** One element of what Open WebUI's “Export chats” gives. */
export const openWebuiConversation = z.object({
  id: z.string().max(150).nullish(),
  title: z.string().nullish(),
  created_at: z.unknown().optional(),
  archived: z.boolean().nullish(),
  pinned: z.boolean().nullish(),
  chat: z.object({
    id: z.string().max(150).nullish(),
    title: z.string().nullish(),
    timestamp: z.unknown().optional(),
    history: z.object({ currentId: z.string().nullish(), messages: z.record(z.string(), message) }).nullish(),
    messages: z.array(message).nullish(),
  }),
});

/** What stood in view in Open WebUI: the path to the current message. Thoughts and calls of tools are left out. Pure.
 *  @throws ImportFault */
export function fromOpenWebui(
  conversation: z.output<typeof openWebuiConversation>,
  fallbackId: () => string,
): ForeignConversation {
  const { chat } = conversation;
  const nodes = new Map(Object.entries(chat.history?.messages ?? {}));
  const parents = new Map([...nodes].map(([id, { parentId }]) => [id, parentId ?? null]));
  const current = chat.history?.currentId;
  const end = current && nodes.has(current) ? current : lastLeaf(parents);
  const path = end === undefined ? [] : pathTo(parents, end);
  const shown = end === undefined ? (chat.messages ?? []) : path.flatMap((id) => nodes.get(id) ?? []);
  const onPath = new Set(path);
  return {
    source: 'open_webui',
    id: conversation.id || chat.id || fallbackId(),
    title: conversation.title ?? chat.title ?? '',
    createdAtMs: foreignTime(conversation.created_at) ?? foreignTime(chat.timestamp),
    archived: conversation.archived ?? false,
    pinned: conversation.pinned ?? false,
    messages: shown.flatMap(messagesOf),
    elsewhere: [...nodes].filter(([id, node]) => !onPath.has(id) && messagesOf(node).length > 0).length,
  };
}

function messagesOf({ role, content, model, timestamp, files }: Message): ForeignMessage[] {
  if (role !== 'user' && role !== 'assistant') return [];
  const named = (files ?? []).map(({ name, type }) =>
    type === 'image' ? '*[Image]*' : `*[File: ${name ?? 'without a name'}]*`,
  );
  const text = [withoutDetails(textOf(content)), ...named].filter((part) => part !== '').join('\n\n');
  if (text === '') return [];
  return [{ role, text, atMs: foreignTime(timestamp), model: role === 'user' ? '' : (model ?? '') }];
}

const part = z.object({ type: z.literal('text'), text: z.string() });

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .flatMap((each) => {
      const parsed = part.safeParse(each);
      return parsed.success ? [parsed.data.text] : [];
    })
    .join('\n');
}

const begin = '<details type="';
const end = '</details>';

/** Thoughts and calls of tools are written into the text, in elements of this kind. One that does not end stays. */
function withoutDetails(text: string): string {
  let kept = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf(begin, from);
    const close = start === -1 ? -1 : text.indexOf(end, start);
    if (close === -1) return `${kept}${text.slice(from)}`.trim();
    kept += text.slice(from, start);
    from = close + end.length;
  }
}
