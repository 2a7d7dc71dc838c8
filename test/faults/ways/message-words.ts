import { blocksInPack } from '../../../src/retrieval/word-packs.ts';
import { exportWith, importArchive, writtenSession } from '../../exports.ts';
import { waitFor } from '../../wait-for.ts';
import { newMessage } from './message.ts';
import { type Ask, expectStatus, finds, type ServerWay, type Way } from './way.ts';

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

/** Of a person who brings so many sessions along that their words are put together. */
export const storePack: ServerWay = {
  place: 'server',
  async prepare({ server, ask }) {
    const person = await server.person();
    const archive = exportWith(Array.from({ length: blocksInPack }, (_, n) => writtenSession(`Session ${n}`)));
    const isPacked = (now: Ask) => finds(now, 'select 1 from word_packs where owner_id = ?', person.user.id);
    return {
      async act() {
        expectStatus(await importArchive(person, archive), 200);
      },
      isStored: isPacked,
      check: async () => {
        await waitFor('the words of all sessions to be together', () => isPacked(ask));
      },
    };
  },
};
