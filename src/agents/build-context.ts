import { z } from 'zod';
import { type Citation, eventPayloads } from '../contract/events.ts';
import { type AdkEventJson, type AdkPartJson, callsOf, responsesOf, textOf, toPartialEvent } from './adk-events.ts';
import { MarkerScanner } from './marker-scanner.ts';
import { PassageNumbers } from './passage-numbers.ts';

/** A turn as stored: its ADK events, oldest first, and what was shown of an answer that did not end. */
export type StoredTurn = { turnId: string; events: AdkEventJson[]; partial?: PartialAnswer };

/** ADK has no event of a text that was stopped, that failed or was interrupted; the product's own message has it, as shown. */
export type PartialAnswer = { agentId: string; text: string; citations: Citation[] };

export type Context = {
  /** Oldest first; the last turn is the current one. */
  history: AdkEventJson[];
  /** How many of the session's turns the model does not see. */
  omittedTurns: number;
};

/** English prose has about 4 characters a token; other text has fewer, which the reserve for the answer covers. */
const charsPerToken = 4;
const cutMarker = '\n\n[… the middle of this message was left out: it is longer than the model can read …]\n\n';
const noLongerAccessible = '[no longer accessible]';

/** The part of a session the model sees. Pure; its cost depends on the turns it is given, never on the session's length.
 *  Whole turns only, newest first, while they fit; the current turn always, with the middle of a huge message left out.
 *  @param turns  newest first; the first is the current turn. The caller reads only as many as could ever fit
 *  @param budgetTokens  what history may take, estimated at 4 characters a token
 *  @param options.olderTurns  turns of the session that were not read at all
 *  @param options.canRead  whether the turn's author may still read a corpus; passages of others lose their text */
export function buildContext(
  turns: StoredTurn[],
  budgetTokens: number,
  options: { olderTurns?: number; canRead?: (corpusId: string) => boolean } = {},
): Context {
  const budgetChars = Math.max(0, budgetTokens) * charsPerToken;
  const canRead = options.canRead ?? (() => true);
  const [current, ...earlier] = turns;
  if (!current) return { history: [], omittedTurns: options.olderTurns ?? 0 };

  const currentEvents = current.events.map((event) => redactEvent(cutMessage(event, budgetChars), canRead));
  const kept: StoredTurn[] = [{ turnId: current.turnId, events: currentEvents }];
  let left = budgetChars - charsOf(currentEvents);
  for (const turn of earlier) {
    const events = turn.events.map((event) => redactEvent(event, canRead));
    left -= charsOf(events) + (turn.partial?.text.length ?? 0);
    if (left < 0) break;
    kept.push({ ...turn, events });
  }
  const numbers = new PassageNumbers(kept.flatMap((turn) => turn.events));
  return {
    history: kept.toReversed().flatMap((turn) => withPartial(turn, numbers)),
    omittedTurns: turns.length - kept.length + (options.olderTurns ?? 0),
  };
}

/** The text that a turn without a whole answer had shown.
 *  @param message  the payload of the last message it stored; of another kind, or erased, it has no such text */
export function partialAnswer(agentId: string, message: unknown): PartialAnswer | undefined {
  const { data } = eventPayloads.agent_message.safeParse(message);
  return data?.partial ? { agentId, text: data.text, citations: data.citations } : undefined;
}

/** A person who stops an answer goes on from what they have read, so the model has said it. */
function withPartial({ turnId, events, partial }: StoredTurn, numbers: PassageNumbers): AdkEventJson[] {
  if (!partial) return events;
  const text = asTheModelWrote(partial, numbers);
  const timestampMs = events.at(-1)?.timestamp ?? 0;
  return [...events, toPartialEvent({ turnId, agentId: partial.agentId, text, timestampMs })];
}

/** Shown markers count from 1 in each message; the model's name passages. One whose passage it does not see goes. */
function asTheModelWrote({ text, citations }: PartialAnswer, numbers: PassageNumbers): string {
  const scanner = new MarkerScanner((n) => {
    const citation = citations.find((each) => each.n === n);
    return citation && numbers.find(citation)?.n;
  });
  return scanner.push(text) + scanner.end();
}

function charsOf(events: AdkEventJson[]): number {
  return events.reduce((sum, event) => {
    const data = [...callsOf(event).map((call) => call.input), ...responsesOf(event).map((each) => each.output)];
    return sum + textOf(event).length + data.reduce((chars, each) => chars + JSON.stringify(each).length, 0);
  }, 0);
}

/** Half of the budget is the most a message takes: the results of its searches must fit beside it. */
function cutMessage(event: AdkEventJson, budgetChars: number): AdkEventJson {
  const text = textOf(event);
  const maxChars = Math.max(2_000, Math.floor(budgetChars / 2));
  if (event.author !== 'user' || responsesOf(event).length > 0 || text.length <= maxChars) return event;
  const half = Math.floor((maxChars - cutMarker.length) / 2);
  const cut = `${text.slice(0, half).toWellFormed()}${cutMarker}${text.slice(-half).toWellFormed()}`;
  return { ...event, content: { ...event.content, parts: [{ text: cut }] } };
}

const passagesOutput = z.looseObject({
  passages: z.array(z.looseObject({ corpus_id: z.string() })),
  /** Of an agent that was asked: all that it read, and what it made of that. */
  corpus_ids: z.array(z.string()).default([]),
});

function redactEvent(event: AdkEventJson, canRead: (corpusId: string) => boolean): AdkEventJson {
  const parts = event.content?.parts;
  if (!parts?.some((part) => part.functionResponse)) return event;
  return { ...event, content: { ...event.content, parts: parts.map((part) => redactPart(part, canRead)) } };
}

/** What is left of a passage says only that it was there: without its ids it cannot be cited either. */
function redactPart(part: AdkPartJson, canRead: (corpusId: string) => boolean): AdkPartJson {
  const output = passagesOutput.safeParse(part.functionResponse?.response);
  if (!output.success) return part;
  const { corpus_ids, ...rest } = output.data;
  if ([...corpus_ids, ...rest.passages.map((passage) => passage.corpus_id)].every(canRead)) return part;
  const passages = rest.passages.map((passage) =>
    canRead(passage.corpus_id) ? passage : { n: passage['n'], text: noLongerAccessible },
  );
  const response = { ...rest, passages, ...('answer' in rest && { answer: noLongerAccessible }) };
  return { ...part, functionResponse: { ...part.functionResponse, response } };
}
