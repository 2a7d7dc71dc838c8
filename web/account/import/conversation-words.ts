import type { ConversationImport, ConversationSource } from '../../../src/contract/conversation-import.ts';

export const sourceNames: Readonly<Record<ConversationSource, string>> = {
  chatgpt: 'ChatGPT',
  open_webui: 'Open WebUI',
  librechat: 'LibreChat',
  perdure: 'Perdure',
};

const conversations = (count: number) => `${count.toLocaleString()} ${count === 1 ? 'conversation' : 'conversations'}`;
const is = (count: number) => (count === 1 ? 'is' : 'are');

/** What comes, or came, of a file, a sentence each. Pure. */
export function conversationWords({
  is_preview,
  comes,
  brought_in,
  already_here,
  refused,
  left_out,
}: ConversationImport): string[] {
  const words: string[] = [];
  if (comes > 0) words.push(`${conversations(comes)} can be brought in.`);
  if (brought_in > 0) words.push(`${conversations(brought_in)} brought in.`);
  if (already_here > 0)
    words.push(
      `${conversations(already_here)} ${is(already_here)} here already and ${already_here === 1 ? 'stays as it is' : 'stay as they are'}.`,
    );
  if (refused > 0)
    words.push(
      `${conversations(refused)} ${is_preview ? 'cannot be' : 'could not be'} brought in; the reason stands beside ${refused === 1 ? 'it' : 'each'}.`,
    );
  if (left_out > 0) {
    const messages = `${left_out.toLocaleString()} ${left_out === 1 ? 'message' : 'messages'}`;
    words.push(`${messages} of versions that were not in view ${is_preview ? 'stay' : 'stayed'} out.`);
  }
  return words;
}
