import { z } from 'zod';
import type { ForeignConversation, ForeignMessage } from './foreign-conversation.ts';
import { foreignTime } from './foreign-time.ts';
import { lastLeaf, pathTo } from './visible-path.ts';

const message = z.object({
  author: z.object({ role: z.string() }),
  create_time: z.unknown().optional(),
  content: z.object({
    content_type: z.string(),
    parts: z.array(z.unknown()).nullish(),
    text: z.unknown().optional(),
    language: z.unknown().optional(),
  }),
  recipient: z.string().nullish(),
  metadata: z
    .object({
      is_visually_hidden_from_conversation: z.boolean().nullish(),
      model_slug: z.string().max(200).nullish(),
      attachments: z.array(z.object({ name: z.string().nullish() })).nullish(),
    })
    .nullish(),
});
type Message = z.output<typeof message>;

/** One element of `conversations.json` in the archive that ChatGPT's “Export data” gives. */
export const chatgptConversation = z.object({
  id: z.string().max(150).nullish(),
  conversation_id: z.string().max(150).nullish(),
  title: z.string().nullish(),
  create_time: z.unknown().optional(),
  is_archived: z.boolean().nullish(),
  is_starred: z.boolean().nullish(),
  current_node: z.string().nullish(),
  default_model_slug: z.string().max(200).nullish(),
  mapping: z.record(z.string(), z.object({ message: message.nullish(), parent: z.string().nullish() })),
});

/** What stood in view in ChatGPT: the path to the current node. Thoughts, calls of tools and what they gave are left out. Pure.
 *  @throws ImportFault */
export function fromChatgpt(
  conversation: z.output<typeof chatgptConversation>,
  fallbackId: () => string,
): ForeignConversation {
  const nodes = new Map(Object.entries(conversation.mapping));
  const parents = new Map([...nodes].map(([id, { parent }]) => [id, parent ?? null]));
  const { current_node: current } = conversation;
  const end = current && nodes.has(current) ? current : lastLeaf(parents);
  const path = end === undefined ? [] : pathTo(parents, end);
  const model = conversation.default_model_slug ?? '';
  const said = (id: string) => messagesOf(nodes.get(id)?.message, model);
  const messages = path.flatMap(said);
  const onPath = new Set(path);
  return {
    source: 'chatgpt',
    id: conversation.conversation_id ?? conversation.id ?? fallbackId(),
    title: conversation.title ?? '',
    createdAtMs: foreignTime(conversation.create_time),
    archived: conversation.is_archived ?? false,
    pinned: conversation.is_starred ?? false,
    messages,
    elsewhere: [...nodes.keys()].filter((id) => !onPath.has(id) && said(id).length > 0).length,
  };
}

function messagesOf(from: Message | null | undefined, model: string): ForeignMessage[] {
  if (!from || from.metadata?.is_visually_hidden_from_conversation) return [];
  const { role } = from.author;
  const isDrawn = role === 'tool' && from.content.content_type === 'multimodal_text';
  if (role !== 'user' && role !== 'assistant' && !isDrawn) return [];
  // What is addressed to a tool is a call of it.
  if (role === 'assistant' && from.recipient && from.recipient !== 'all') return [];
  const files = (from.metadata?.attachments ?? []).map(({ name }) => `*[File: ${name ?? 'without a name'}]*`);
  const text = [isDrawn ? '' : textOf(from.content), ...pictures(from.content), ...(role === 'user' ? files : [])]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
  if (text === '') return [];
  const atMs = foreignTime(from.create_time);
  if (role === 'user') return [{ role, text, atMs, model: '' }];
  return [{ role: 'assistant', text, atMs, model: from.metadata?.model_slug ?? model }];
}

function textOf({ content_type, parts, text, language }: Message['content']): string {
  switch (content_type) {
    case 'text':
    case 'multimodal_text':
      return withoutMarks((parts ?? []).flatMap(words).join('\n'));
    case 'code':
      return typeof text === 'string' ? `\`\`\`${typeof language === 'string' ? language : ''}\n${text}\n\`\`\`` : '';
    default:
      return '';
  }
}

const transcription = z.object({ content_type: z.literal('audio_transcription'), text: z.string() });
const words = (part: unknown): string[] => {
  if (typeof part === 'string') return [part];
  const spoken = transcription.safeParse(part);
  return spoken.success ? [spoken.data.text] : [];
};

const picture = z.object({ content_type: z.literal('image_asset_pointer') });
const pictures = ({ parts }: Message['content']): string[] =>
  (parts ?? []).flatMap((part) => (picture.safeParse(part).success ? ['*[Image]*'] : []));

/** Places of web sources stand between two characters of the private use area, and mean nothing outside ChatGPT. */
const withoutMarks = (text: string) => text.replaceAll(/\uE200[^\uE200\uE201]*\uE201/g, '');
