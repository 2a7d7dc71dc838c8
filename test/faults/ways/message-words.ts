import { waitFor } from '../../wait-for.ts';
import { newMessage } from './message.ts';
import { type Ask, finds, type ServerWay, type Way } from './way.ts';

/** Of a session, whose words are stored a moment after its first message. */
const stored = (ask: Ask, sessionId: string) =>
  finds(ask, 'select 1 from message_words where session_id = ?', sessionId);

/** Everything that is in the log, so that a start stores nothing of before. */
const allStored = (ask: Ask) =>
  waitFor('the words of all messages', () =>
    finds(
      ask,
      `select 1 from settings where key = 'messages.words'
        and json_extract(value, '$.position') = (select coalesce(max(position), 0) from session_events)`,
    ),
  );

export const storeWords: ServerWay = {
  place: 'server',
  async prepare(world) {
    const message = await newMessage(world, { isLong: false });
    await allStored(world.ask);
    return {
      act: message.send,
      isStored: (ask) => stored(ask, message.sessionId),
      async check() {
        await message.untilDone();
        await waitFor('the words of the message', () => stored(world.ask, message.sessionId));
      },
    };
  },
};

/** There are none of an older way, and from then on words are stored. */
export const clearWords: Way = {
  place: 'first start',
  isStored: (ask) => finds(ask, "select 1 from settings where key = 'messages.words'"),
};
