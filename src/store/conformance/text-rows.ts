import * as fc from 'fast-check';
import { expect } from 'vitest';
import { newId } from '../../ids.ts';
import type { Row } from './row.ts';

export const textRows: readonly Row[] = [
  {
    title: 'a part of a title is found in any case of ASCII, other letters and signs as they are written',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      await given.session(userId, 'Quarterly Übersicht 100%');
      await given.session(userId, 'Something else');
      const found = async (q: string) => (await store.scan.memberSessions({ userId, q, limit: 5 })).length;
      const counts = await Promise.all(['qUARTERLY', 'Übersicht', 'ÜBERSICHT', '0%', '%e', '_'].map(found));
      expect(counts).toEqual([1, 1, 1, 1, 0, 0]);
    },
  },
  {
    title: 'unpaired surrogates and U+0000 become U+FFFD in columns of text',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const sessionId = await given.session(userId, 'a\uD800b\0c\uDC00d\u{1F600}e');
      const found = await store.read.memberSession({ userId, sessionId });
      expect(found?.title).toBe('a\uFFFDb\uFFFDc\uFFFDd\u{1F600}e');
      const turn = await given.running({ userId, sessionId });
      await given.flush(turn, 'x\uDFFFy\0');
      expect((await store.read.runningStep({ sessionId, userId })).running?.text).toBe('x\uFFFDy\uFFFD');
    },
  },
  {
    title: 'unpaired surrogates and U+0000 become U+FFFD in JSON, keys too',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turnId = newId();
      const event = { 'key\0\uD83D': ['\uDC00', { deep: 'a\0b' }], ok: '\u{1F600}' };
      await given.accept(owner, { text: 'a\0b\uD800', turnId, adkEvent: { eventId: turnId, event } });
      const [message] = await given.log(owner.sessionId);
      expect(JSON.parse(message?.payload ?? '')).toMatchObject({ text: 'a\uFFFDb\uFFFD' });
      const [turn] = await store.read.turnsForContext({ ...owner, upToTurnNo: 1, turns: 1, maxChars: 1 });
      expect(JSON.parse(turn?.events[0] ?? '')).toEqual({
        'key\uFFFD\uFFFD': ['\uFFFD', { deep: 'a\uFFFDb' }],
        ok: '\u{1F600}',
      });
    },
  },
  {
    title: 'text that only looks like an escape stays as it is, and every other text too',
    async run({ given }) {
      const owner = await given.owned();
      const hard = fc.constantFrom('\\u0000', '\\\\u0000', '\\ud800', '\\', '\\\\', '"', '\0', '\uD800', '\uDC00', 'é');
      const texts = fc.sample(fc.array(fc.oneof(hard, fc.string({ unit: 'binary' })), { maxLength: 6 }), {
        numRuns: 200,
        seed: 7,
      });
      const written = texts.map((parts) => parts.join(''));
      for (const text of written) await given.accept(owner, { text, adkEvent: { eventId: newId(), event: { text } } });
      const read = (await given.log(owner.sessionId))
        .filter((event) => event.type === 'user_message')
        .map((event) => (JSON.parse(event.payload) as { text: string }).text);
      expect(read).toEqual(written.map((text) => text.toWellFormed().replaceAll('\0', '\uFFFD')));
    },
    timeoutMs: 60_000,
  },
  {
    title: 'a payload over 64 KiB comes back whole from every read',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const { position } = await store.read.heads({});
      const text = `${'é\u{1F600}"\\'.repeat(30_000)}end`;
      await given.accept(owner, { text });
      const reads = [
        await given.log(owner.sessionId),
        await store.read.eventsBefore({ ...owner, before: 100, limit: 10 }),
        (await store.read.replay({ ...owner, after: 0, limit: 10, maxBytes: 1_000 })).events,
        (await store.read.tail({ position, journalId: 0, limit: 10 })).events,
        (await store.scan.sessionSnapshot({ ...owner, turns: 5 })).events,
        await store.scan.messageEvents(owner),
      ];
      for (const events of reads) {
        const message = events.find((event) => event.type === 'user_message');
        expect((JSON.parse(message?.payload ?? '') as { text: string }).text === text).toBe(true);
      }
    },
  },
  {
    title: 'a replay gives no more bytes than asked for, and at least one event, however large',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const texts = ['é'.repeat(400), 'é'.repeat(400), 'x'.repeat(100_000), 'é'.repeat(400)];
      for (const text of texts) await given.accept(owner, { text });
      const seqs: number[][] = [];
      for (let after = 0; ; after = seqs.at(-1)?.at(-1) ?? 0) {
        const page = await store.read.replay({ ...owner, after, limit: 100, maxBytes: 1_500 });
        expect(page.lastSeq).toBe(8);
        if (page.events.length === 0) break;
        const bytes = page.events.reduce((sum, event) => sum + Buffer.byteLength(event.payload), 0);
        expect(page.events.length === 1 || bytes <= 1_500).toBe(true);
        seqs.push(page.events.map((event) => event.seq));
      }
      expect(seqs).toEqual([[1, 2], [3, 4], [5], [6, 7, 8]]);
    },
  },
  {
    title: 'a context is read newest turn first, and no further once it has the characters asked for',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      for (const text of ['first', 'second'.repeat(1_000), 'third', 'fourth']) {
        const adkEvent = { eventId: newId(), event: { text } };
        await given.accept(owner, { text, adkEvent });
      }
      const read = async (maxChars: number) =>
        (await store.read.turnsForContext({ ...owner, upToTurnNo: 4, turns: 10, maxChars })).map((each) => each.turnNo);
      expect(await read(1)).toEqual([4]);
      expect(await read(1_000)).toEqual([4, 3, 2]);
      expect(await read(10_000)).toEqual([4, 3, 2, 1]);
    },
  },
];
