import { expect } from 'vitest';
import { answer } from './given-log.ts';
import type { Row } from './row.ts';

export const journalRows: readonly Row[] = [
  {
    title: 'the pieces of a step join at their offsets to the text shown',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      const { journalId } = await store.read.heads({});
      let text = '';
      for (const piece of ['One ', 'two ', '\u{1F600} three', ' é', '\n\nfour']) {
        await given.flush(turn, piece, text.length);
        text += piece;
        expect((await store.read.runningStep(owner)).running).toMatchObject({ attempt: 1, step: 0, text });
        const atEnd = { ...owner, after: 3, limit: 10, maxBytes: 1_000 };
        expect(await store.read.replay(atEnd)).toMatchObject({ events: [], lastSeq: 3, running: { text } });
      }
      const { pieces } = await store.read.tail({ position: Number.MAX_SAFE_INTEGER, journalId, limit: 100 });
      let joined = '';
      for (const piece of pieces) {
        expect(piece.offset).toBe(joined.length);
        joined += piece.text;
      }
      expect(joined).toBe(text);
      expect(await given.claim({ goneInstances: ['here'] })).toMatchObject({ shown: { text } });
    },
  },
  {
    title: 'many turns journal in one command, and the lost among them are named',
    async run({ given, opened: { store } }) {
      const owners = await Promise.all(Array.from({ length: 20 }, () => given.owned()));
      const turns = [];
      for (const owner of owners) turns.push(await given.running(owner));
      const lostTurn = turns[7];
      const pieces = turns.map((turn) => ({
        turnId: turn.turnId,
        fence: turn === lostTurn ? turn.fence + 1 : turn.fence,
        attempt: turn.attempt,
        step: 0,
        offset: 0,
        text: `text of ${turn.turnId}`,
        cited: [1, 2],
      }));
      expect(await store.write.flushJournal({ pieces })).toEqual({ lost: [lostTurn?.turnId] });
      for (const [i, owner] of owners.entries()) {
        const { running } = await store.read.runningStep(owner);
        expect(running?.text).toBe(i === 7 ? '' : `text of ${turns[i]?.turnId}`);
      }
    },
  },
  {
    title: 'the text of a step is shown no more once the step is stored',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      await given.flush(turn, 'I look it up.');
      await given.append(turn, { events: [answer('I look it up.', { final: false })], nextStep: 1 });
      expect((await store.read.runningStep(owner)).running).toMatchObject({ step: 1, text: '' });
      await given.flush({ ...turn, step: 1 }, 'Found.');
      expect((await store.read.runningStep(owner)).running).toMatchObject({ step: 1, text: 'Found.' });
      expect(await given.claim({ goneInstances: ['here'] })).toMatchObject({ step: 1, shown: { text: 'Found.' } });
    },
  },
  {
    title: 'the text of another attempt replaces that of the one before',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      await given.flush(await given.running(owner), 'first attempt');
      const again = await given.claim({ goneInstances: ['here'] });
      if (!again) throw new Error('the turn was not taken');
      expect((await store.read.runningStep(owner)).running).toMatchObject({ attempt: 1, text: 'first attempt' });
      await given.flush(again, 'second');
      expect((await store.read.runningStep(owner)).running).toMatchObject({ attempt: 2, text: 'second' });
    },
  },
  {
    title: 'pruning removes no row a turn needs and every other, and ids are never used twice',
    async run({ given, opened: { store } }) {
      const [one, two] = [await given.owned(), await given.owned()];
      const done = await given.running(one);
      await given.flush(done, 'finished');
      const open = await given.running(two);
      await given.flush(open, 'nee');
      await given.flush(open, 'ded', 3);
      await given.finish(done);
      for (let i = 0; i < 5; i++) await store.write.pruneJournal({ maxRows: 2 });
      await store.write.pruneJournal({ maxRows: 1_000_000 });
      expect((await store.read.runningStep(two)).running?.text).toBe('needed');
      await given.finish(open);
      const { journalId } = await store.read.heads({});
      await store.write.pruneJournal({ maxRows: 1_000_000 });
      expect((await store.read.heads({})).journalId).toBe(0);
      const later = await given.running(one);
      await given.flush(later, 'later');
      expect((await store.read.heads({})).journalId).toBe(journalId + 1);
    },
  },
  {
    title: 'the text of a turn is shown and kept, although the session that wrote the newest text before it was erased',
    async run({ given, opened: { store } }) {
      const [stays, goes] = [await given.owned(), await given.owned()];
      const gone = await given.running(goes);
      for (const piece of ['a', 'b', 'c']) await given.flush(gone, piece);
      const turn = await given.running(stays);
      const { journalId } = await store.read.heads({});
      await given.erase(goes.sessionId);
      await given.flush(turn, 'kept');
      const { pieces } = await store.read.tail({ position: Number.MAX_SAFE_INTEGER, journalId, limit: 10 });
      expect(pieces.map(({ text }) => text)).toEqual(['kept']);
      expect((await store.read.runningStep(stays)).running?.text).toBe('kept');
      await store.write.pruneJournal({ maxRows: 1_000_000 });
      expect(await given.claim({ goneInstances: ['here'] })).toMatchObject({ shown: { text: 'kept' } });
    },
  },
];
