import { type Model, ModelError } from '../../../src/models/model.ts';
import { scriptedModel } from '../../../src/models/scripted.ts';

/** How the model answers a message, once it has streamed its words: it ends, it is silent until somebody aborts, it fails. */
export type Ending = 'whole' | 'silence' | 'failure';

/** What a message orders. `seed` makes its words those of no other message. */
export type Plan = {
  seed: number;
  words: number;
  /** Calls a tool first. */
  looks: boolean;
  /** With pauses between the words, so that they meet several commits. */
  isSlow: boolean;
  ending: Ending;
  /** Makes the message longer than a title may be. */
  hasTail: boolean;
};

const order = /write (\d+) words of (\d+)( slowly)?( after looking)?(, then (?:be silent|fail))?\./g;
const tail = ' Mind that a title is cut at a word, and that none of this is part of any order.';
const pauseMs = 4;

/** What the model says before it looks. */
export const lookingText = 'Let me look.';
export const failureCode = 'model_overloaded';

export function messageOf({ words, seed, isSlow, looks, ending, hasTail }: Plan): string {
  const then = { whole: '', silence: ', then be silent', failure: ', then fail' }[ending];
  const how = `${isSlow ? ' slowly' : ''}${looks ? ' after looking' : ''}${then}`;
  return `Please write ${words} words of ${seed}${how}.${hasTail ? tail : ''}`;
}

/** The text of the step that ends the answer, when nobody stops it. */
export function answerOf({ words, seed }: Pick<Plan, 'words' | 'seed'>): string {
  return Array.from({ length: words }, (_each, index) => `w${seed}.${index}`).join(' ');
}

/** A model that answers each message as it orders.
 *  @param continues  goes on from shown text; else it begins anew */
export function plannedModel(continues: boolean): Model {
  return scriptedModel(
    ({ user, step, request }) => {
      // Messages that got no answer reach a model together with the one after them: the last order counts.
      const [, words, seed, slowly, looking, then] = [...user.matchAll(order)].at(-1) ?? [];
      if (looking !== undefined && step === 0) {
        return { text: lookingText, toolCalls: [{ callId: `look-${seed}`, tool: 'list_corpora', input: {} }] };
      }
      const text = answerOf({ words: Number(words), seed: Number(seed) });
      const shown = continues ? (request.shownText ?? '') : '';
      const pieces = text.startsWith(shown) && shown !== '' ? Number(shown !== text) : Number(words);
      const error = new ModelError(failureCode, 'The model is busy.', { retryable: false });
      return {
        text,
        ...(slowly !== undefined && { delayMs: pauseMs }),
        ...(then?.endsWith('silent') && { stallAfter: pieces }),
        ...(then?.endsWith('fail') && { failAfter: { pieces, error } }),
      };
    },
    { continues },
  );
}
