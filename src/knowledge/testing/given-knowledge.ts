import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Actor } from '../../access/actor.ts';
import { createRetention } from '../../access/retention-rules.ts';
import { noAllowedHosts } from '../../allowed-hosts.ts';
import { systemClock } from '../../clock.ts';
import type { Role } from '../../contract/auth.ts';
import { givenActor } from '../../identity/testing/given-actor.ts';
import { internetAnd } from '../../http/fetch-public.ts';
import { newId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Embedder } from '../../models/embedder.ts';
import type { Presence } from '../../store/presence.ts';
import { openFolderFiles } from '../../store/files/folder-files.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { parseDocument } from '../ingest/parse-document.ts';
import { createKnowledge, type Knowledge, type KnowledgeOptions } from '../knowledge.ts';

export type GivenKnowledge = {
  knowledge: Knowledge;
  store: Store;
  dataDir: string;
  path: string;
  user(role: Role): Promise<Actor>;
  /** One value from the database file, read beside the store. */
  count(sql: string): number;
  /** Changes the database file beside the store. */
  change(sql: string): void;
  /** A second process on the same data, as far as the store can tell; it believes the first to be dead. */
  another(options?: Partial<KnowledgeOptions>): Promise<Knowledge>;
  close(): Promise<void>;
};

/** Knowledge over the real store in a folder of its own, started. */
export async function givenKnowledge(options: Partial<KnowledgeOptions> = {}): Promise<GivenKnowledge> {
  const dataDir = await mkdtemp(join(tmpdir(), 'perdure-knowledge-'));
  const path = join(dataDir, 'perdure.db');
  const store = await openSqliteStore({ path, clock: systemClock });
  await store.write.putBuiltins({ agents: [], at: systemClock.now() });
  const more: Knowledge[] = [];

  function make(own: Partial<KnowledgeOptions>, othersAreGone: boolean): Knowledge {
    const presence = fakePresence(newId(), othersAreGone);
    return createKnowledge({
      store,
      retention: createRetention({ store }),
      presence,
      files: openFolderFiles(join(dataDir, 'files'), { clock: systemClock, presence }),
      clock: systemClock,
      log: silent,
      bootId: 'boot',
      uploadDeadlineMs: 60_000,
      parseFile: parseDocument,
      fetchPorts: internetAnd(noAllowedHosts),
      fetchMs: 10_000,
      openEmbedder: () => Promise.resolve(wordEmbedder()),
      embedderSource: { name: 'Words', recipe: { kind: 'words' } },
      handbookDir: join(dataDir, 'no-handbook'),
      ...own,
    });
  }

  const knowledge = make(options, false);
  knowledge.start();
  return {
    knowledge,
    store,
    dataDir,
    path,
    user: (role) => givenActor({ store, clock: systemClock }, role),
    count(sql) {
      const database = new DatabaseSync(path, { readOnly: true });
      try {
        return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
      } finally {
        database.close();
      }
    },
    change(sql) {
      const database = new DatabaseSync(path);
      try {
        database.exec(`pragma busy_timeout = 5000; pragma foreign_keys = off; ${sql}`);
      } finally {
        database.close();
      }
    },
    another(own = {}) {
      const made = make(own, true);
      more.push(made);
      made.start();
      return Promise.resolve(made);
    },
    async close() {
      for (const each of [knowledge, ...more]) await each.close();
      await store.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** With `othersAreGone`, what a process finds that starts after every other one was killed. */
function fakePresence(instanceId: string, othersAreGone: boolean): Presence {
  return {
    instanceId: instanceId as Presence['instanceId'],
    goneAmong: (ids) => Promise.resolve(othersAreGone ? [...ids] : []),
    close: () => Promise.resolve(),
  };
}

const dimensions = 64;

/** Counts words into buckets: texts that share words are near. `texts` collects what was asked of it. */
export function wordEmbedder(texts: string[] = []): Embedder {
  return {
    id: 'words-v1',
    dimensions,
    embed(asked) {
      texts.push(...asked);
      return Promise.resolve(asked.map(vectorOf));
    },
    close: () => Promise.resolve(),
  };
}

function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    let hash = 7;
    for (const char of word) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
    const at = hash % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** A body as a request gives it, in small pieces. */
export async function* bodyOf(content: string | Uint8Array, pieceBytes = 64 * 1024): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
