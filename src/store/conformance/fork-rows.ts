import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { agentId, type GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

/** What every store promises of a session that begins as a copy of another. */
export const forkRows: readonly Row[] = [
  {
    title: 'a fork is seen once it is finished, and begun once under one id',
    async run({ given, opened: { store } }) {
      const { owner, begin, finish } = await givenSource(given);
      expect(await store.write.beginFork(begin)).toBe('begun');
      expect(await store.write.beginFork(begin)).toBe('under_way');
      const fork = { sessionId: begin.sessionId, userId: owner.userId };
      expect(await store.read.memberSession(fork)).toBeUndefined();
      expect(await store.write.finishFork(finish)).toBe('forked');
      expect(await store.read.memberSession(fork)).toMatchObject({ title: 'Copy', imported_at: null });
      expect(await store.write.finishFork(finish), 'a second time').toBe('not_found');
      expect(await store.write.beginFork(begin)).toBe('already_here');
      await given.erase(begin.sessionId);
    },
  },
  {
    title:
      'a session is forked by its members alone, and not once it is deleted, also between the beginning and the end',
    async run({ given, opened: { store } }) {
      const { owner, begin, finish } = await givenSource(given);
      const other = await given.owned();
      expect(await store.write.beginFork({ ...begin, userId: other.userId })).toBe('not_found');
      const elsewhere = { sessionId: other.sessionId, turnId: begin.source.turnId };
      expect(await store.write.beginFork({ ...begin, userId: other.userId, source: elsewhere })).toBe('not_found');
      expect(await store.write.beginFork(begin)).toBe('begun');
      await store.write.deleteSession({ ...owner, at: systemClock.now(), by: byServer });
      expect(await store.write.finishFork(finish)).toBe('not_found');
      expect(await store.write.beginFork({ ...begin, sessionId: newId() })).toBe('not_found');
    },
  },
];

async function givenSource(given: GivenLog) {
  const owner = await given.owned();
  const { turnId } = await given.running(owner);
  const at = systemClock.now();
  const change = { at, by: byServer };
  const source = { sessionId: owner.sessionId, turnId };
  const sessionId = newId();
  const begin = {
    ...change,
    sessionId,
    userId: owner.userId,
    agentId,
    corpora: [],
    createdAt: at,
    lastActivity: at,
    isActive: true,
    archived: false,
    pinned: false,
    titleIsSet: true,
    origin: 'api' as const,
    source,
  };
  const finish = {
    ...change,
    sessionId,
    userId: owner.userId,
    source,
    title: 'Copy',
    turns: 0,
    events: 0,
    messages: 0,
  };
  return { owner, begin, finish };
}
