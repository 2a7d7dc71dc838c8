import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { askedWords } from '../../retrieval/message-words.ts';
import { blocksInPack } from '../../retrieval/word-packs.ts';
import type { MessagePlace } from '../queries/message-search.ts';
import type { WordsToPack } from '../queries/words-to-pack.ts';
import type { Store } from '../store.ts';
import type { GivenLog } from './given-log.ts';
import { importArgs } from './import-rows.ts';
import { storeAllWords } from './message-search-rows.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const change = { at, by: byServer };
const timeoutMs = 120_000;

type Texts = { question: string; answer: string };

/** Sessions of one person that were brought along, the first the newest; each of a question and an answer. */
async function imported(store: Store, userId: string, texts: readonly Texts[]): Promise<string[]> {
  const sessions: string[] = [];
  for (const [n, { question, answer }] of texts.entries()) {
    const { begin, bite, finish } = importArgs(userId);
    const events = bite.events.map((each) => {
      const { event } = each;
      if (event.type === 'user_message')
        return { ...each, event: { ...event, payload: { ...event.payload, text: question } } };
      if (event.type !== 'agent_message') return each;
      return { ...each, event: { ...event, payload: { ...event.payload, text: answer, citations: [] } } };
    }) as typeof bite.events;
    const lastActivity = new Date(Date.parse(at) - n * 1_000).toISOString();
    await store.write.beginImport({ ...begin, lastActivity });
    await store.write.storeImported({ ...bite, events });
    await store.write.finishImport(finish);
    sessions.push(begin.sessionId);
  }
  await storeAllWords(store);
  return sessions;
}

/** The next pack of anybody; undefined where nobody has enough for one. */
async function nextPack(store: Store): Promise<Extract<WordsToPack, { state: 'pack' }> | undefined> {
  let after = '';
  for (;;) {
    const words = await store.scan.wordsToPack({ after });
    if (words.state === 'pack') return words;
    if (words.upTo === undefined) return undefined;
    after = words.upTo;
  }
}

async function storePack(
  store: Store,
  { ownerId, packedAt, blocks, rows }: NonNullable<Awaited<ReturnType<typeof nextPack>>>,
) {
  return store.write.storePack({ ownerId, packedAt, blocks, rows, at });
}

/** Stores all packs there are to be made, and gives how many blocks each has. */
async function storeAllPacks(store: Store): Promise<number[]> {
  const stored: number[] = [];
  for (let pack = await nextPack(store); pack; pack = await nextPack(store)) {
    expect(await storePack(store, pack)).toBe('stored');
    stored.push(pack.blocks.length);
  }
  return stored;
}

/** What is found, all pages together. */
async function found(store: Store, userId: string, question: string): Promise<string[]> {
  const snippets: string[] = [];
  let after: MessagePlace | undefined;
  do {
    const words = askedWords(question);
    const page = await store.scan.searchMessages({ userId, words, limit: 50, ...(after && { after }) });
    snippets.push(...page.messages.map(({ snippet }) => snippet.text));
    after = page.next;
  } while (after);
  return snippets;
}

/** More sessions than are looked at by themselves, each with a word of its own, and some words that several have. */
const many = Array.from({ length: 320 }, (_, n) => ({
  question: `common question${n} ${n % 50 === 0 ? 'rarely ärgerlich' : ''}`.trim(),
  answer: `answer${n} common 数据库 ${n === 310 ? 'once' : ''}`.trim(),
}));

/** Of whom alone there are words that are in no pack. */
async function person(store: Store, given: GivenLog, texts: readonly Texts[] = many) {
  await storeAllWords(store);
  await storeAllPacks(store);
  const userId = await given.user();
  return { userId, sessions: await imported(store, userId, texts) };
}

/** What every store promises of words that are put together. */
export const wordPackRows: readonly Row[] = [
  {
    title: 'words of many sessions are put together, and the same is found as before in the same order',
    timeoutMs,
    async run({ opened: { store }, given }) {
      const { userId, sessions } = await person(store, given);
      const questions = [
        'rarely',
        'r',
        'once',
        'common once',
        'question31',
        'argerlich rarely',
        '据库 once',
        'nothing',
        'common nothing',
      ];
      const before = new Map<string, string[]>();
      for (const question of questions) before.set(question, await found(store, userId, question));
      expect(before.get('rarely')).toHaveLength(7);
      expect(before.get('question31')).toHaveLength(11);
      expect(await storeAllPacks(store)).toEqual([blocksInPack, blocksInPack]);
      for (const question of questions)
        expect(await found(store, userId, question), question).toEqual(before.get(question));
      const sessionId = sessions[310] ?? '';
      await given.accept({ userId, sessionId }, { text: 'said later once' });
      await storeAllWords(store);
      expect(await found(store, userId, 'once')).toEqual(['said later once', 'answer310 common 数据库 once']);
      expect(await nextPack(store), 'too few are loose').toBeUndefined();
      await given.erase(sessionId);
    },
  },
  {
    title: 'packs are their owner’s alone, and who sees one session of it finds what that one has',
    timeoutMs,
    async run({ opened: { store }, given }) {
      const { userId, sessions } = await person(store, given);
      const guest = await person(store, given, many.slice(0, 305));
      const stranger = await given.user();
      await storeAllPacks(store);
      expect(await found(store, stranger, 'rarely')).toEqual([]);
      const of = { sessionId: sessions[310] ?? '', userId };
      const subject = { kind: 'user', id: guest.userId } as const;
      await store.write.shareSession({ ...change, ...of, subject, level: 'read' });
      expect(await found(store, guest.userId, 'once')).toEqual(['answer310 common 数据库 once']);
      expect(await found(store, guest.userId, 'question311')).toEqual([]);
      await store.write.unshareSession({ ...change, ...of, subject });
      expect(await found(store, guest.userId, 'once')).toEqual([]);
    },
  },
  {
    title: 'a deleted session is not found in a pack until it is brought back, and an erased one leaves no word in any',
    timeoutMs,
    async run({ opened: { store }, given }) {
      const { userId, sessions } = await person(store, given);
      const packed = (await nextPack(store))?.blocks.map((block) => block.sessionId) ?? [];
      await storeAllPacks(store);
      // One whose word is the beginning of no other's.
      const sessionId = sessions.slice(100, 300).find((each) => packed.includes(each)) ?? '';
      const word = `question${sessions.indexOf(sessionId)}`;
      await store.write.deleteSession({ ...change, sessionId });
      expect(await found(store, userId, word)).toEqual([]);
      await store.write.restoreSession({ ...change, sessionId, userId });
      expect(await found(store, userId, word)).toHaveLength(1);
      await given.erase(sessionId);
      expect(await found(store, userId, word)).toEqual([]);
      expect(await found(store, userId, 'question31'), 'those beside it are still found').toHaveLength(11);
      expect(await storeAllPacks(store)).toEqual([blocksInPack]);
      expect(await found(store, userId, 'question30')).toHaveLength(11);
    },
  },
  {
    title: 'a pack that was made before words were stored or a session erased is not stored after it',
    timeoutMs,
    async run({ opened: { store }, given }) {
      const { userId, sessions } = await person(store, given, many.slice(0, blocksInPack + 5));
      const early = await nextPack(store);
      if (!early) throw new Error('nothing to pack');
      expect(new Set(early.blocks.map(({ sessionId }) => sessionId)).size).toBe(blocksInPack);
      await given.accept({ userId, sessionId: sessions[0] ?? '' }, { text: 'meanwhile' });
      await storeAllWords(store);
      expect(await storePack(store, early), 'words were stored').toBe('moved');
      const second = await nextPack(store);
      if (!second) throw new Error('nothing to pack');
      await given.erase(sessions[0] ?? '');
      expect(await storePack(store, second), 'a session was erased').toBe('moved');
      const third = await nextPack(store);
      if (!third) throw new Error('nothing to pack');
      expect(await storePack(store, third)).toBe('stored');
      expect(await storePack(store, third), 'it is stored already').toBe('moved');
    },
  },
  {
    title: 'what a guest said goes from packs too when they are erased, and what others said there stays',
    timeoutMs,
    async run({ opened: { store }, given }) {
      const { userId, sessions } = await person(store, given);
      const sessionId = sessions[315] ?? '';
      const guest = await given.user();
      const subject = { kind: 'user', id: guest } as const;
      await store.write.shareSession({ ...change, sessionId, userId, subject, level: 'write' });
      await given.accept({ userId: guest, sessionId }, { text: 'guestword' });
      await storeAllWords(store);
      await storeAllPacks(store);
      expect(await found(store, userId, 'guestword')).toEqual(['guestword']);
      await store.write.eraseUser({ ...change, userId: guest, corpora: 'keep' });
      while ((await store.write.clearErased({ maxRows: 50, withoutFile: [], at })).did === 'some');
      expect(await found(store, userId, 'guestword')).toEqual([]);
      expect(await found(store, userId, 'question315')).toHaveLength(1);
      for (let pack = await nextPack(store); pack; pack = await nextPack(store)) {
        expect(pack.rows.some(({ words }) => words.includes('guestword'))).toBe(false);
        await storePack(store, pack);
      }
      await given.erase(sessionId);
    },
  },
  {
    title: 'packs of words that were made in another way are taken away with them, and made again',
    timeoutMs,
    async run({ opened: { store }, given }) {
      const { userId } = await person(store, given);
      await storeAllPacks(store);
      const expected = await found(store, userId, 'rarely');
      await store.write.putSetting({ ...change, key: 'messages.words', value: { version: 0, position: 9 } });
      expect(await nextPack(store)).toBeUndefined();
      while ((await store.write.clearWords({ maxRows: 500, at })).more);
      expect(await found(store, userId, 'rarely')).toEqual([]);
      await storeAllWords(store);
      expect((await storeAllPacks(store)).length).toBeGreaterThan(1);
      expect(await found(store, userId, 'rarely')).toEqual(expected);
    },
  },
];
