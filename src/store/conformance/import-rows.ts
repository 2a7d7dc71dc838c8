import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { BeginImportArgs, FinishImportArgs, StoreImportedArgs } from '../commands/import-session.ts';
import type { Store } from '../store.ts';
import { agentId } from './given-log.ts';
import type { Row } from './row.ts';

const said = '2026-01-02T03:04:05.678Z';
const at = '2026-11-22T10:00:00.000Z';

type Import = { begin: BeginImportArgs; bite: StoreImportedArgs; finish: FinishImportArgs };

/** The three steps of a session with one question and its answer, made elsewhere. */
export function importArgs(userId: string, more: { importedFrom?: string; deletedAt?: string } = {}): Import {
  const turnId = newId();
  const clientTurnId = newId();
  const turn = (attempt: number) => ({ turnId, attempt });
  const asked = {
    client_turn_id: clientTurnId,
    author_user_id: userId,
    text: 'Question',
    corpora: [],
    parent_turn_id: null,
    replaces_turn_id: null,
  };
  const citation = {
    n: 1,
    corpus_id: 'corpus',
    corpus_name: 'Corpus',
    document_id: 'document',
    document_version: 1,
    document_title: 'Document',
    passage_id: 'passage',
    start: 0,
    end: 5,
    quote: 'Quote',
    score: 1,
  };
  const answer = { step: 0, final: true, text: 'x'.repeat(70_000), citations: [citation], model: 'm', partial: false };
  const usage = { input_tokens: 1, output_tokens: 1 };
  const { importedFrom = newId(), deletedAt = null } = more;
  const own = { sessionId: newId(), userId, importedFrom, deletedAt, at };
  return {
    begin: {
      ...own,
      agentId,
      titleIsSet: true,
      corpora: [],
      createdAt: said,
      lastActivity: said,
      isActive: true,
      archived: false,
      pinned: false,
      origin: 'web',
    },
    bite: {
      sessionId: own.sessionId,
      userId,
      agentId,
      turns: [
        {
          turnId,
          turnNo: 1,
          clientTurnId,
          parentTurnId: null,
          replacesTurnId: null,
          corpora: [],
          state: 'done',
          code: null,
          attempt: 1,
          step: 1,
          model: 'm',
          messageSeq: 1,
          createdAt: said,
          endedAt: said,
          adkEvents: [{ eventId: newId(), event: { author: 'user' } }],
        },
      ],
      events: (
        [
          { event: { type: 'user_message', payload: asked }, actor: userId, turn: turn(0) },
          { event: { type: 'turn_state', payload: { state: 'queued', attempt: 0 } }, actor: userId, turn: turn(0) },
          { event: { type: 'turn_state', payload: { state: 'running', attempt: 1 } }, actor: 'system', turn: turn(1) },
          { event: { type: 'agent_message', payload: { ...answer, usage } }, actor: 'agent', turn: turn(1) },
          { event: { type: 'turn_state', payload: { state: 'done', attempt: 1 } }, actor: 'system', turn: turn(1) },
        ] as const
      ).map((each, index) => ({ ...each, seq: index + 1, at: said })),
    },
    finish: { ...own, by: byServer, title: 'Brought back', turns: 1, events: 5, messages: 2 },
  };
}

async function bringBack({ write }: Store, { begin, bite, finish }: Import): Promise<string> {
  const begun = await write.beginImport(begin);
  if (begun !== 'begun') return begun;
  const stored = await write.storeImported(bite);
  return stored === 'stored' ? write.finishImport(finish) : stored;
}

export const importRows: readonly Row[] = [
  {
    title: 'a session is brought back with its times, counters, large payloads and a turn that is over',
    async run({ opened: { store }, given }) {
      const args = importArgs(await given.user());
      expect(await bringBack(store, args)).toBe('imported');
      const { sessionId, userId } = args.begin;
      expect(await store.read.memberSession({ sessionId, userId })).toMatchObject({
        title: 'Brought back',
        created_at: said,
        last_activity: said,
        message_count: 2,
        user_query_count: 1,
        last_seq: 5,
        running: 0,
        imported_at: at,
      });
      const { turns, events } = await store.scan.sessionSnapshot({ sessionId, userId, turns: 5 });
      expect(turns).toMatchObject([{ turn_no: 1, state: 'done', attempt: 1, author_user_id: userId }]);
      expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
      expect(JSON.parse(events[3]?.payload ?? '')).toMatchObject({ text: 'x'.repeat(70_000) });
    },
  },
  {
    title: 'a session is seen once it is whole; one that was not finished within an hour is cleared, and comes again',
    async run({ opened: { store }, given }) {
      const args = importArgs(await given.user());
      const { sessionId, userId } = args.begin;
      const clear = async (now: string) => {
        while ((await store.write.clearErased({ maxRows: 50, withoutFile: [], at: now })).did === 'some');
      };
      expect(await store.write.beginImport(args.begin)).toBe('begun');
      expect(await store.write.storeImported(args.bite)).toBe('stored');
      await clear(at);
      expect(await store.read.memberSession({ sessionId, userId })).toBeUndefined();
      expect(await store.scan.ownedSessions({ userId, after: '', limit: 5 })).toEqual([]);
      expect((await store.scan.sessionSnapshot({ sessionId, userId, turns: 5 })).events).toHaveLength(5);
      await clear('2026-11-22T11:00:01.000Z');
      expect((await store.scan.sessionSnapshot({ sessionId, userId, turns: 5 })).events).toEqual([]);
      expect(await store.write.finishImport(args.finish)).toBe('gone');
      expect(await bringBack(store, importArgs(userId, { importedFrom: args.begin.importedFrom }))).toBe('imported');
    },
  },
  {
    title:
      'a session is brought back once for each of its owners, also by two at once, and again when it was deleted since',
    async run({ opened: { store }, given }) {
      const [userId, other] = [await given.user(), await given.user()];
      const importedFrom = newId();
      const [first, second] = [importArgs(userId, { importedFrom }), importArgs(userId, { importedFrom })];
      const { sessionId } = first.begin;
      expect(await store.write.beginImport(second.begin)).toBe('begun');
      expect(await bringBack(store, first)).toBe('imported');
      expect(await store.write.storeImported(second.bite)).toBe('stored');
      expect(await store.write.finishImport(second.finish)).toBe('already_here');
      expect(await bringBack(store, importArgs(userId, { importedFrom }))).toBe('already_here');
      expect(await bringBack(store, importArgs(userId, { importedFrom: sessionId }))).toBe('already_here');
      expect(await bringBack(store, importArgs(other, { importedFrom }))).toBe('imported');
      await store.write.deleteSession({ sessionId, at, by: byServer });
      expect(await bringBack(store, importArgs(userId, { importedFrom, deletedAt: at }))).toBe('already_here');
      expect(await bringBack(store, importArgs(userId, { importedFrom }))).toBe('imported');
    },
  },
  {
    title: 'nothing is brought back for somebody who is suspended or gone, also when they go meanwhile',
    async run({ opened: { store }, given }) {
      const [suspended, gone] = [await given.user(), await given.user()];
      const meanwhile = importArgs(gone);
      expect(await store.write.beginImport(meanwhile.begin)).toBe('begun');
      await store.write.patchUser({ by: byServer, at, userId: suspended, changes: { isActive: false } });
      await store.write.eraseUser({ by: byServer, at, userId: gone, corpora: 'keep' });
      for (const userId of [suspended, gone, newId()]) {
        expect(await bringBack(store, importArgs(userId))).toBe('no_such_user');
      }
      expect(await store.write.storeImported(meanwhile.bite)).toBe('gone');
      expect(await store.write.finishImport(meanwhile.finish)).toBe('gone');
      expect(await emptiedOf(store)).toContain(gone);
    },
  },
];

/** Everybody whom the store is done with, a few at once. */
async function emptiedOf(store: Store): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const { did, emptied } = await store.write.clearErased({ maxRows: 50, withoutFile: [], at });
    if (emptied.length > 0) await store.write.finishErasing({ userIds: emptied, at });
    found.push(...emptied);
    if (did !== 'some' && emptied.length === 0) return found;
  }
}
