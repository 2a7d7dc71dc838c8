import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateEventParams, createEvent, createEventActions, type Event, type Session } from '@google/adk';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { systemClock } from '../../clock.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { type AdkSessionService, openAdkSessionService } from '../adk-session-service.ts';

/** What the tests of one file share; set before the first of them. */
export type GivenAdkService = {
  dataDir: string;
  service: AdkSessionService;
  /** Another instance over the same file, with a writer of its own. */
  other: AdkSessionService;
  /** The store as the server sees it, with a third. */
  store: Store;
  /** A session's name, in an app of its own for each test. */
  name: { appName: string; userId: string; sessionId: string };
};

/** Two session services and a store over one new file, and a new name for each test. */
export function givenAdkService(): GivenAdkService {
  const given = {} as GivenAdkService;
  let apps = 0;
  beforeAll(async () => {
    given.dataDir = mkdtempSync(join(tmpdir(), 'perdure-adk-'));
    given.service = await openAdkSessionService({ dataDir: given.dataDir });
    given.other = await openAdkSessionService({ dataDir: given.dataDir });
    given.store = await openSqliteStore({ path: join(given.dataDir, 'perdure.db'), clock: systemClock });
  });
  afterAll(async () => {
    await Promise.all([given.service.close(), given.other.close(), given.store.close()]);
    rmSync(given.dataDir, { recursive: true });
  });
  beforeEach(() => {
    apps += 1;
    given.name = { appName: `shop${apps}`, userId: 'u1', sessionId: 's1' };
  });
  return given;
}

export function says(author: string, text: string, more: CreateEventParams = {}): Event {
  return createEvent({ author, invocationId: 'i1', content: { role: 'user', parts: [{ text }] }, ...more });
}

export function change(stateDelta: Record<string, unknown>): Event {
  return createEvent({ actions: createEventActions({ stateDelta }) });
}

export function idsOf(session: Session): string[] {
  return session.events.map((event) => event.id);
}
