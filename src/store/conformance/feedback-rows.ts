import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import type { Rating } from '../../contract/feedback.ts';
import type { Row } from './row.ts';

/** What every store promises of what people think of answers. */
export const feedbackRows: readonly Row[] = [
  {
    title: 'one opinion of each person and answer is kept, may change, and is taken back',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const turn = await given.running(owner);
      const of = { ...owner, turnId: turn.turnId, by: byServer };
      const put = (rating: Rating, reason: string, at: string) =>
        store.write.putFeedback({ ...of, rating, reason, at });
      expect(await put('up', '', first), 'a turn under way').toBe('no_answer');
      await given.finish(turn);
      expect(await put('up', 'exact', first)).toBe('stored');
      expect(await put('down', '', second)).toBe('stored');
      const kept = { turn_id: turn.turnId, rating: 'down', reason: '', updated_at: second };
      expect(await store.read.feedbackOf(owner)).toEqual([kept]);
      expect(await store.scan.feedbackOfPerson({ ...owner, after: '', limit: 10 })).toEqual([
        { ...kept, session_id: owner.sessionId, created_at: first },
      ]);
      for (let i = 0; i < 2; i++) expect(await store.write.removeFeedback({ ...of, at: second })).toBe('removed');
      expect(await store.read.feedbackOf(owner)).toEqual([]);
    },
  },
  {
    title: 'nobody but a member of its session rates an answer, and only where it is',
    async run({ given, opened: { store } }) {
      const owner = await given.owned();
      const other = await given.owned();
      const turn = await given.running(owner);
      await given.finish(turn);
      const put = (more: object) =>
        store.write.putFeedback({
          ...owner,
          turnId: turn.turnId,
          rating: 'up',
          reason: '',
          at: first,
          by: byServer,
          ...more,
        });
      expect(await put({ userId: other.userId })).toBe('not_found');
      expect(await put(other), 'of a session of one’s own').toBe('not_found');
      expect(await store.write.removeFeedback({ ...other, turnId: turn.turnId, at: first, by: byServer })).toBe(
        'not_found',
      );
      await store.write.deleteSession({ ...owner, at: first, by: byServer });
      expect(await put({})).toBe('not_found');
    },
  },
  {
    title: 'what was thought of answers goes with their session, and with the person who thought it',
    async run({ given, opened: { store } }) {
      for (const erase of ['session', 'person'] as const) {
        const owner = await given.owned();
        const turn = await given.running(owner);
        await given.finish(turn);
        const at = systemClock.now();
        await store.write.putFeedback({ ...owner, turnId: turn.turnId, rating: 'up', reason: '', at, by: byServer });
        if (erase === 'session') await given.erase(owner.sessionId);
        else {
          await store.write.eraseUser({ userId: owner.userId, corpora: 'keep', at, by: byServer });
          while ((await store.write.clearErased({ maxRows: 50, withoutFile: [], at })).did === 'some');
        }
        expect(await store.scan.feedbackOfPerson({ ...owner, after: '', limit: 10 }), erase).toEqual([]);
      }
    },
  },
];

const first = '2026-11-27T10:00:00.000Z';
const second = '2026-11-27T11:00:00.000Z';
