import { expect } from 'vitest';
import type { AcceptTurnArgs } from '../commands/accept-turn.ts';
import type { Store } from '../store.ts';
import { answer, type GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

type Owner = { userId: string; sessionId: string };

/** What every store promises of turns that are edited or answered anew. */
export const branchRows: readonly Row[] = [
  {
    title: 'a message follows the newest turn, and is stored with it, in its row and in its event',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const first = await send(given, owner);
      const second = await send(given, owner);
      expect(await placesOf(store, owner)).toEqual([
        { turn_id: first, parent_turn_id: null, replaces_turn_id: null },
        { turn_id: second, parent_turn_id: first, replaces_turn_id: null },
      ]);
      const events = (await given.log(owner.sessionId)).filter(({ type }) => type === 'user_message');
      expect(events.map(({ payload }) => JSON.parse(payload).parent_turn_id)).toEqual([null, first]);
    },
  },
  {
    title: 'a message that replaces another follows what that one followed, and the next follows it',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const first = await send(given, owner);
      const second = await send(given, owner);
      const edited = await send(given, owner, { replacesTurnId: first });
      const anew = await send(given, owner, { replacesTurnId: second, parentTurnId: first });
      const next = await send(given, owner);
      const places = await placesOf(store, owner);
      expect(places.slice(2)).toEqual([
        { turn_id: edited, parent_turn_id: null, replaces_turn_id: first },
        { turn_id: anew, parent_turn_id: first, replaces_turn_id: second },
        { turn_id: next, parent_turn_id: anew, replaces_turn_id: null },
      ]);
    },
  },
  {
    title: 'a message goes to the end of the branch it names, also when that grew since its sender looked',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const first = await send(given, owner);
      const second = await send(given, owner);
      const edited = await send(given, owner, { replacesTurnId: second });
      const grown = await send(given, owner, { parentTurnId: second });
      const late = await send(given, owner, { parentTurnId: second });
      const there = await send(given, owner, { parentTurnId: edited });
      expect((await placesOf(store, owner)).slice(2)).toEqual([
        { turn_id: edited, parent_turn_id: first, replaces_turn_id: second },
        { turn_id: grown, parent_turn_id: second, replaces_turn_id: null },
        { turn_id: late, parent_turn_id: grown, replaces_turn_id: null },
        { turn_id: there, parent_turn_id: edited, replaces_turn_id: null },
      ]);
    },
  },
  {
    title: 'a turn of another session, and a parent the replaced turn does not follow, are refused and leave nothing',
    async run({ given }) {
      const owner = await given.owned();
      const first = await send(given, owner);
      const second = await send(given, owner);
      const other = await given.owned();
      const foreign = await send(given, other);
      const before = await given.log(owner.sessionId);
      expect(await given.accept(owner, { parentTurnId: foreign })).toEqual({ outcome: 'unknown_turn' });
      expect(await given.accept(owner, { replacesTurnId: foreign })).toEqual({ outcome: 'unknown_turn' });
      const misplaced = await given.accept(owner, { replacesTurnId: first, parentTurnId: second });
      expect(misplaced).toEqual({ outcome: 'other_parent' });
      expect(await given.log(owner.sessionId)).toEqual(before);
    },
  },
  {
    title: 'a context is read along its branch, beyond the newest turns too; history is that of the newest branch',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turns: string[] = [];
      for (let i = 0; i < 6; i++) turns.push(await send(given, owner, { text: `on ${i}` }));
      const edited = await send(given, owner, { replacesTurnId: turns[1] ?? '', text: 'edited' });
      const upTo = async (upToTurnNo: number, most = 40) =>
        (await store.read.turnsForContext({ ...owner, upToTurnNo, turns: most, maxChars: 100_000 })).map(
          ({ turnId }) => turnId,
        );
      expect(await upTo(7)).toEqual([edited, turns[0]]);
      expect(await upTo(7, 2), 'what lies before the newest two is looked up').toEqual([edited, turns[0]]);
      expect(await upTo(7, 1)).toEqual([edited]);
      expect(await upTo(6)).toEqual(turns.toReversed());
      expect(await historyOf(store, owner)).toEqual(['on 0', 'edited']);
      await send(given, owner, { parentTurnId: turns[5] ?? '', text: 'on 6' });
      expect(await historyOf(store, owner)).toEqual(['on 0', 'on 1', 'on 2', 'on 3', 'on 4', 'on 5', 'on 6']);
    },
  },
  {
    title: 'counts are of all that is stored, in every branch',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const first = await given.running(owner);
      await given.finish(first);
      await send(given, owner, { replacesTurnId: first.turnId });
      const again = await given.claim();
      if (!again) throw new Error('there was no turn to claim');
      await given.append(again, { events: [answer('Another')], nextStep: 1, end: { state: 'done' } });
      const session = await store.read.memberSession(owner);
      expect([session?.message_count, session?.user_query_count]).toEqual([4, 2]);
    },
  },
];

async function send(given: GivenLog, owner: Owner, more: Partial<AcceptTurnArgs> = {}): Promise<string> {
  const accepted = await given.accept(owner, more);
  if (!('turnId' in accepted)) throw new Error(`refused: ${accepted.outcome}`);
  return accepted.turnId;
}

async function placesOf(store: Store, owner: Owner) {
  const { turns } = await store.scan.sessionSnapshot({ ...owner, turns: 100 });
  return turns.map(({ turn_id, parent_turn_id, replaces_turn_id }) => ({ turn_id, parent_turn_id, replaces_turn_id }));
}

async function historyOf(store: Store, owner: Owner): Promise<string[]> {
  const messages = await store.scan.branchMessages(owner);
  return messages.map(({ payload }) => JSON.parse(payload).text);
}
