import type { ChatRequest, FakeAnswer } from '../../src/models/testing/fake-answers.ts';
import type { FakeOpenAiServer } from '../../src/models/testing/fake-openai-server.ts';

/** How a message asks the scripted model to answer: `write 40 words of 7`, and with `after looking` to call a tool first. */
const order = /write (\d+) words of (\d+)( after looking)?/g;

/** Messages that got no answer reach a model together with the one after them: the last order counts. */
const lastOrder = (text: string) => [...text.matchAll(order)].at(-1);

export function orderWords(words: number, seed: number, looks = false): string {
  return `Please write ${words} words of ${seed}${looks ? ' after looking' : ''}.`;
}

/** A word of an answer, from the number that was ordered and its place. */
export type Word = (seed: string, index: number) => string;

const plainWord: Word = (seed, index) => `w${seed}.${index}`;
const tails = ['é', '', '€', '😀', '한', '👩‍🚀', '𝒳', 'ß'];
/** Words in which most bytes are inside a character of UTF-8, and many characters are two units of UTF-16. */
export const wordOfAnyScript: Word = (seed, index) => `${plainWord(seed, index)}${tails[index % tails.length]}`;

/** The whole answer to such a message. */
export function wordsOf(message: string, word = plainWord): string {
  const [, words, seed = ''] = lastOrder(message) ?? [];
  return Array.from({ length: Number(words) }, (_each, index) => word(seed, index)).join(' ');
}

/** Makes the endpoint answer every message with exactly what it orders, a word each `pieceDelayMs`.
 *  @param continues  goes on from the text it is shown, as some providers do; else it begins anew */
export function answerOrders(
  model: FakeOpenAiServer,
  { pieceDelayMs, continues, word }: { pieceDelayMs: number; continues: boolean; word?: Word },
): void {
  model.always(({ body }): FakeAnswer => {
    const messages = body.messages ?? [];
    const asked = messages.findLastIndex((message) => message.role === 'user');
    const message = orderedBy(body);
    const hasLooked = messages.slice(asked).some(({ role }) => role === 'tool');
    const looks = lastOrder(message)?.[3] !== undefined && !hasLooked;
    if (looks) {
      const id = `look_${messages.length}`;
      return { text: '', toolCalls: [{ id, name: 'list_corpora', arguments: '{}' }] };
    }
    return { text: wordsOf(message, word), pieceDelayMs, continues };
  });
}

/** The message that a model is asked to answer. */
export function orderedBy({ messages = [] }: ChatRequest): string {
  return textOf(messages.findLast((message) => message.role === 'user')?.content);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : ''))
    .join('');
}
