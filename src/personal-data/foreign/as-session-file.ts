import type { SessionEvent } from '../../contract/events.ts';
import type { SessionFile } from '../../contract/session-export.ts';
import { messageText } from '../../contract/sessions.ts';
import { untitled } from '../../sessions/sessions.ts';
import { titleOfMessage } from '../../turns/title-of-message.ts';
import { ImportFault } from '../import-fault.ts';
import { importLimits } from '../import-limits.ts';
import type { ForeignConversation, ForeignMessage } from './foreign-conversation.ts';

export type Placing = {
  newId(): string;
  /** The moment of the import: the time of what says none. */
  at: string;
  /** The agent it goes on with. */
  agent: { id: string; name: string };
};

/** What was written by an assistant before anybody asked is not in it. */
export type PlacedConversation = { file: SessionFile; unasked: number };

/** Code of a question that nobody answered where it was asked. */
const unanswered = 'unanswered_elsewhere';
const maxAnswerChars = 2 ** 20;
/** A turn has at most five events. */
const maxTurns = importLimits.eventsOfSession / 5;

/** A conversation of another chat as an export of ours would hold it: each message of a person is a turn, what was said to it is its answer.
 *  It is then brought in as any other export. Pure.
 *  @throws ImportFault */
export function asSessionFile(conversation: ForeignConversation, { newId, at, agent }: Placing): PlacedConversation {
  const sessionId = `${conversation.source}:${conversation.id}`;
  const { turns, unasked } = turnsOf(conversation.messages);
  const [first] = turns;
  if (!first) throw new ImportFault('Nobody asked anything in it.');
  if (turns.length > maxTurns) throw new ImportFault(`It has more than ${maxTurns.toLocaleString('en-US')} questions.`);
  const events: SessionEvent[] = [];
  let lastMs = conversation.createdAtMs ?? first.question.atMs ?? Date.parse(at);
  const createdAt = iso(lastMs);
  const time = (atMs: number | undefined) => {
    lastMs = Math.max(lastMs, atMs ?? lastMs);
    return iso(lastMs);
  };
  for (const { question, answers } of turns) {
    if (!messageText.safeParse(question.text).success)
      throw new ImportFault('A question in it is empty, or longer than the 64,000 characters that one can have here.');
    const turn_id = newId();
    const common = (atMs: number | undefined) => ({
      seq: events.length + 1,
      session_id: sessionId,
      turn_id,
      at: time(atMs),
    });
    events.push({
      ...common(question.atMs),
      type: 'user_message',
      client_turn_id: newId(),
      author_user_id: '',
      text: question.text,
      corpora: [],
      parent_turn_id: null,
      replaces_turn_id: null,
    });
    events.push({ ...common(undefined), type: 'turn_state', state: 'queued', attempt: 0 });
    const last = answers.at(-1);
    if (!last) {
      events.push({ ...common(undefined), type: 'turn_state', state: 'cancelled', attempt: 0, code: unanswered });
      continue;
    }
    const text = answers.map((answer) => answer.text).join('\n\n');
    if (text.length > maxAnswerChars) throw new ImportFault('An answer in it is longer than one can be here.');
    events.push({ ...common(undefined), type: 'turn_state', state: 'running', attempt: 1 });
    events.push({
      ...common(last.atMs),
      type: 'agent_message',
      step: 0,
      final: true,
      text,
      citations: [],
      model: last.model,
      usage: { input_tokens: 0, output_tokens: 0 },
      partial: false,
    });
    events.push({ ...common(undefined), type: 'turn_state', state: 'done', attempt: 1 });
  }
  const title = conversation.title.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return {
    unasked,
    file: {
      session: {
        session_id: sessionId,
        username: '',
        created_at: createdAt,
        last_activity: createdAt,
        title: title.slice(0, 100).replace(/[\uD800-\uDBFF]$/, '') || titleOfMessage(first.question.text) || untitled,
        agent,
        corpora: [],
        chat_messages: 0,
        user_queries: 0,
        is_active: true,
        archived: conversation.archived,
        pinned: conversation.pinned,
        last_seq: events.length,
        imported_at: null,
        deleted_at: null,
      },
      events,
    },
  };
}

type Asked = { question: ForeignMessage; answers: ForeignMessage[] };

function turnsOf(messages: readonly ForeignMessage[]): { turns: Asked[]; unasked: number } {
  const turns: Asked[] = [];
  let unasked = 0;
  for (const message of messages) {
    const turn = turns.at(-1);
    if (message.role === 'user') turns.push({ question: message, answers: [] });
    else if (turn) turn.answers.push(message);
    else unasked += 1;
  }
  return { turns, unasked };
}

const iso = (ms: number) => new Date(ms).toISOString();
