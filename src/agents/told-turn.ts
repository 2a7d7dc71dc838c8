import { type AdkEventJson, toPartialEvent, toUserEvent } from './adk-events.ts';
import { MarkerScanner } from './marker-scanner.ts';

/** What a model is told of a turn that did not happen here: the question and the answer. Not the searches between them, so that nothing
 *  but a search of our own ever speaks as a tool; and not the answer's markers, which would name passages the model does not see. Pure. */
export function toldTurn(turn: {
  turnId: string;
  agentId: string;
  question: { id: string; text: string; timestampMs: number };
  /** A whole one: the text of an answer that did not end is told from the log. */
  answer?: { id: string; text: string; timestampMs: number };
}): AdkEventJson[] {
  const { turnId, agentId, question, answer } = turn;
  const asked = toUserEvent({ ...question, turnId });
  if (!answer) return [asked];
  const scanner = new MarkerScanner(() => undefined);
  const text = scanner.push(answer.text) + scanner.end();
  return [asked, { ...toPartialEvent({ turnId, agentId, text, timestampMs: answer.timestampMs }), id: answer.id }];
}
