import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { askedWords } from '../../retrieval/message-words.ts';
import type { DraftEvent } from '../commands/append-events.ts';
import type { MessagePlace } from '../queries/message-search.ts';
import type { Store } from '../store.ts';
import { agentId, type GivenLog } from './given-log.ts';
import { importArgs } from './import-rows.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const change = { at, by: byServer };
const bite = { limit: 200, maxChars: 100_000 };

/** The next words, once those that were made in an older way are gone. */
async function nextWords(store: Store) {
  for (;;) {
    const words = await store.scan.wordsToStore(bite);
    if (words.state === 'current') return { after: words.after, upTo: words.upTo, messages: words.messages, at };
    await store.write.clearWords({ maxRows: 500, at });
  }
}

/** Stores the words of everything in the log. */
export async function storeAllWords(store: Store): Promise<void> {
  for (;;) {
    const words = await nextWords(store);
    if (words.upTo === words.after) return;
    expect(await store.write.storeWords(words)).toBe('stored');
  }
}

type Owner = { userId: string; sessionId: string };

/** A question and its answer. */
async function said(given: GivenLog, owner: Owner, question: string, answer: string): Promise<string> {
  const accepted = await given.accept(owner, { text: question });
  const turn = await given.claim();
  if (!turn || !('turnId' in accepted)) throw new Error('a message was refused');
  await given.finish(turn, answer);
  return accepted.turnId;
}

async function page(
  store: Store,
  userId: string,
  question: string,
  more: { after?: MessagePlace; limit?: number } = {},
) {
  return store.scan.searchMessages({ userId, words: askedWords(question), limit: 50, ...more });
}

const search = async (store: Store, userId: string, question: string) => (await page(store, userId, question)).messages;

const snippets = async (store: Store, userId: string, question: string) =>
  (await search(store, userId, question)).map(({ snippet }) => snippet.text);

const message = (step: number, text: string, final: boolean): DraftEvent => ({
  type: 'agent_message',
  payload: {
    step,
    final,
    text,
    citations: [],
    model: 'm',
    usage: { input_tokens: 1, output_tokens: 1 },
    partial: false,
  },
});

/** What every store promises of the search in messages. */
export const messageSearchRows: readonly Row[] = [
  {
    title: 'a message is found by all its words, with its turn, who said it, and what is marked',
    async run({ opened: { store }, given }) {
      const owner = await given.owned();
      const turnId = await said(given, owner, 'Wo ist der Schlüssel?', 'Der **Schlüssel** liegt im Regal.');
      await said(given, owner, 'Und das Regal?', 'Im Keller, 数据库 daneben.');
      await storeAllWords(store);
      const found = await search(store, owner.userId, 'schlussel REG');
      expect(found).toMatchObject([
        { sessionId: owner.sessionId, turnId, turnNo: 1, said: 'assistant', seq: 4, title: expect.any(String) },
      ]);
      const { text, marks } = found[0]?.snippet ?? { text: '', marks: [] };
      expect(text).toBe('Der Schlüssel liegt im Regal.');
      expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual(['Schlüssel', 'Reg']);
      expect(await snippets(store, owner.userId, 'schlüssel'), 'the newest first').toEqual([
        text,
        'Wo ist der Schlüssel?',
      ]);
      expect(await snippets(store, owner.userId, '据库')).toEqual(['Im Keller, 数据库 daneben.']);
      for (const nothing of ['keller schlussel', 'schluss regal', '库数', 'xyz']) {
        expect(await snippets(store, owner.userId, nothing), nothing).toEqual([]);
      }
      await given.erase(owner.sessionId);
    },
  },
  {
    title: 'steps before the last word of a turn are not found, and a long message is',
    async run({ opened: { store }, given }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      await given.append(turn, { events: [message(0, 'pondering', false)], nextStep: 1 });
      const long = message(1, `${'filler '.repeat(12_000)} haystack`, true);
      await given.append(turn, { events: [long], nextStep: 2, end: { state: 'done' } });
      await storeAllWords(store);
      expect(await search(store, owner.userId, 'pondering')).toEqual([]);
      expect(await search(store, owner.userId, 'haystack')).toMatchObject([{ said: 'assistant', turnId: turn.turnId }]);
      await given.erase(owner.sessionId);
    },
  },
  {
    title: 'a page ends where it has read a lot, and the next one goes on from there',
    async run({ opened: { store }, given }) {
      const owner = await given.owned();
      for (let n = 0; n < 20; n++) {
        const long = `${n} ${'a '.repeat(30_000)}`;
        await said(given, owner, `${long} rarely`, `${long}${long} rarely`);
      }
      await storeAllWords(store);
      const sizes: number[] = [];
      let more: { after?: MessagePlace } | undefined = {};
      while (more) {
        const { messages, next }: Awaited<ReturnType<typeof page>> = await page(store, owner.userId, 'rarely', more);
        sizes.push(messages.length);
        more = next && { after: next };
      }
      expect(sizes.reduce((sum, size) => sum + size)).toBe(40);
      expect(sizes.length).toBeGreaterThan(1);
      await given.erase(owner.sessionId);
    },
  },
  {
    title: 'a person finds what is theirs or shared with them for as long as it is, and nobody else’s',
    async run({ opened: { store }, given }) {
      const [owner, stranger] = [await given.owned(), await given.owned()];
      await said(given, owner, 'ours alone', 'answered alone');
      await said(given, stranger, 'theirs alone', 'answered');
      await storeAllWords(store);
      const asked = async (userId: string) => (await snippets(store, userId, 'alone')).toSorted();
      expect(await asked(owner.userId)).toEqual(['answered alone', 'ours alone']);
      expect(await asked(stranger.userId)).toEqual(['theirs alone']);
      const subject = { kind: 'user', id: stranger.userId } as const;
      await store.write.shareSession({ ...change, ...owner, subject, level: 'read' });
      expect(await asked(stranger.userId)).toEqual(['answered alone', 'ours alone', 'theirs alone']);
      await store.write.unshareSession({ ...change, ...owner, subject });
      expect(await asked(stranger.userId)).toEqual(['theirs alone']);
      await given.removeAll();
    },
  },
  {
    title: 'nothing is found in temporary sessions, nor in deleted ones until they are brought back',
    async run({ opened: { store }, given }) {
      const owner = await given.owned();
      const temporary = { userId: owner.userId, sessionId: newId() };
      const facts = { agentId, title: 'Fleeting', titleIsSet: true, corpora: [], origin: 'web' as const };
      await store.write.createSession({
        ...change,
        ...temporary,
        ...facts,
        temporaryUntil: '2999-01-01T00:00:00.000Z',
      });
      await said(given, temporary, 'a fleeting thought', 'fleeting');
      await said(given, owner, 'a lasting thought', 'lasting');
      await storeAllWords(store);
      const asked = () => snippets(store, owner.userId, 'thought');
      expect(await asked()).toEqual(['a lasting thought']);
      const [first] = (await page(store, owner.userId, 'lasting', { limit: 1 })).messages;
      await store.write.deleteSession({ ...change, sessionId: owner.sessionId });
      expect(await asked()).toEqual([]);
      const { messages } = await page(store, owner.userId, 'lasting', { ...(first && { after: first }) });
      expect(messages, 'nor on a page that began before').toEqual([]);
      await store.write.restoreSession({ ...change, ...owner });
      expect(await asked()).toEqual(['a lasting thought']);
      await store.write.deleteSession({ ...change, sessionId: temporary.sessionId });
      await given.removeAll();
    },
  },
  {
    title:
      'what is found comes in pages, each message once, in the order of the list of sessions, also of many sessions',
    timeoutMs: 120_000,
    async run({ opened: { store }, given }) {
      const userId = await given.user();
      const made = 330;
      for (let i = 0; i < made; i++) {
        const { begin, bite: imported, finish } = importArgs(userId);
        const events = imported.events.map((each) =>
          each.event.type === 'user_message'
            ? {
                ...each,
                event: {
                  ...each.event,
                  payload: { ...each.event.payload, text: `common ${i % 50 === 0 ? 'rare' : ''}` },
                },
              }
            : {
                ...each,
                event:
                  each.event.type === 'agent_message'
                    ? { ...each.event, payload: { ...each.event.payload, text: 'common too', citations: [] } }
                    : each.event,
              },
        ) as typeof imported.events;
        await store.write.beginImport({
          ...begin,
          lastActivity: new Date(Date.parse(at) + (i % 7) * 1_000).toISOString(),
        });
        await store.write.storeImported({ ...imported, events });
        await store.write.finishImport(finish);
      }
      await storeAllWords(store);
      for (const [question, many] of [
        ['common', made * 2],
        ['rare', 7],
      ] as const) {
        const places: MessagePlace[] = [];
        let after: MessagePlace | undefined;
        do {
          const { messages, next } = await page(store, userId, question, { limit: 90, ...(after && { after }) });
          places.push(...messages);
          after = next;
        } while (after);
        expect(places, question).toHaveLength(many);
        const keys = places.map((each) =>
          [each.lastActivity, each.sessionId, String(each.turnNo), each.said].join(' '),
        );
        expect(new Set(keys).size).toBe(many);
        const sessions = places.map(({ lastActivity, sessionId }) => `${lastActivity} ${sessionId}`);
        expect(sessions, 'newest activity first').toEqual(sessions.toSorted().toReversed());
      }
    },
  },
  {
    title: 'an import is found once it is finished, whenever its words were stored',
    async run({ opened: { store }, given }) {
      const userId = await given.user();
      const { begin, bite: imported, finish } = importArgs(userId);
      await store.write.beginImport(begin);
      await store.write.storeImported(imported);
      await storeAllWords(store);
      expect(await search(store, userId, 'question')).toEqual([]);
      await store.write.finishImport(finish);
      expect(await snippets(store, userId, 'question')).toEqual(['Question']);
      expect(await given.log(begin.sessionId)).toBeDefined();
    },
  },
  {
    title: 'words that were read before their session or their author was erased are not stored after it',
    async run({ opened: { store }, given }) {
      const [owner, shared] = [await given.owned(), await given.owned()];
      const guest = await given.user();
      const subject = { kind: 'user', id: guest } as const;
      await store.write.shareSession({ ...change, ...shared, subject, level: 'write' });
      await storeAllWords(store);
      await said(given, owner, 'soon forgotten', 'forgotten');
      await said(given, { ...shared, userId: guest }, 'guest forgotten', 'forgotten guest');
      await said(given, shared, 'kept', 'kept answer');
      const late = await nextWords(store);
      await given.erase(owner.sessionId);
      await store.write.eraseUser({ ...change, userId: guest, corpora: 'keep' });
      while ((await store.write.clearErased({ maxRows: 5, withoutFile: [], at })).did === 'some');
      expect(await store.write.storeWords(late)).toBe('stored');
      expect(await search(store, shared.userId, 'forgotten')).toEqual([]);
      expect(await snippets(store, shared.userId, 'kept')).toEqual(['kept answer', 'kept']);
      await given.erase(shared.sessionId);
    },
  },
  {
    title:
      'who stores words that somebody else stored meanwhile changes nothing, and none are taken away that are current',
    async run({ opened: { store }, given }) {
      const owner = await given.owned();
      await said(given, owner, 'stored once', 'answer');
      const words = await nextWords(store);
      expect(await store.write.storeWords(words)).toBe('stored');
      expect(await store.write.storeWords(words)).toBe('moved');
      await storeAllWords(store);
      expect(await store.read.eventsWithoutWords({})).toBe(0);
      expect(await store.write.clearWords({ maxRows: 1, at })).toEqual({ more: false });
      expect(await snippets(store, owner.userId, 'once')).toEqual(['stored once']);
      await given.erase(owner.sessionId);
    },
  },
  {
    title: 'words that were made in another way are taken away in steps, and made anew from the log',
    async run({ opened: { store }, given }) {
      const owner = await given.owned();
      await said(given, owner, 'made anew', 'answer');
      await storeAllWords(store);
      await store.write.putSetting({ ...change, key: 'messages.words', value: { version: 0, position: 9 } });
      expect(await store.scan.wordsToStore(bite)).toEqual({ state: 'older' });
      expect(await store.write.clearWords({ maxRows: 1, at })).toEqual({ more: true });
      expect(await store.write.storeWords({ after: 9, upTo: 10, messages: [], at })).toBe('moved');
      while ((await store.write.clearWords({ maxRows: 100, at })).more);
      expect(await search(store, owner.userId, 'anew')).toEqual([]);
      await storeAllWords(store);
      expect(await snippets(store, owner.userId, 'anew')).toEqual(['made anew']);
      await store.write.putSetting({ ...change, key: 'messages.words', value: { version: 1_000, position: 9 } });
      expect(await store.scan.wordsToStore(bite)).toEqual({ state: 'newer' });
      expect(await store.write.clearWords({ maxRows: 100, at }), 'left to a newer program').toEqual({ more: false });
      expect(await snippets(store, owner.userId, 'anew')).toEqual(['made anew']);
      await store.write.putSetting({ ...change, key: 'messages.words', value: { version: 0, position: 0 } });
      await given.erase(owner.sessionId);
    },
  },
];
