import { Client } from 'pg';
import { z } from 'zod';
import type { VectorPlace } from '../store.ts';
import type { NearIndex } from '../queries/near-passages.ts';
import { clientConfig } from './connect.ts';
import type { Names } from './names.ts';
import { buildNear, createVectorExtension, dropOtherNear, indexable, nearState, nearTable } from './near-tables.ts';
import { actAs, asLogin } from './row-security/act-as.ts';
import type { RowSecurity } from './row-security/secure-rows.ts';

/** Sees to it that more vectors than a process should keep in its memory are searched in the database, where it has pgvector. */
export type NearVectors = {
  /** Where the vectors of an embedder are in the database; undefined: they are looked through in memory. */
  indexOf(embedder: string): NearIndex | undefined;
  /** A search there failed: it is not asked again until it was looked at, which happens at once. */
  doubt(error: unknown): void;
  place(): VectorPlace;
  /** Looks at what there is and makes what is missing. At once and each minute by itself. */
  look(): Promise<void>;
  close(): Promise<void>;
};

export type NearVectorsOptions = {
  url: string;
  rowSecurity: RowSecurity;
  names: Names;
  /** Of one embedder. */
  mostInMemory: number;
  /** Told why memory has to serve although the database could; it is tried again. */
  onFailure(error: unknown): void;
};

const lookEveryMs = 60_000;
const failed = 'the index of pgvector could not be looked at or made';

/** Who serves and who is to; both are one but while another embedder takes over. */
const embeddingSetting = z.object({ serving: z.object({ id: z.string() }), target: z.object({ id: z.string() }) });

/** Resolves once it is known what is there. Of all instances one at a time builds what is not. */
export async function openNearVectors({
  url,
  rowSecurity,
  names,
  mostInMemory,
  onFailure,
}: NearVectorsOptions): Promise<NearVectors> {
  const known = Promise.withResolvers<void>();
  let ready: ReadonlySet<string> = new Set();
  let place: VectorPlace = { kind: 'memory', why: '' };
  let client: Client | undefined;
  let looking: Promise<void> | undefined;
  let closed = false;

  async function look(): Promise<void> {
    const settings = actAs(rowSecurity, 'worker');
    const opened = new Client({
      ...clientConfig({ url, name: 'vectors', settings }),
      pipeline: false,
      query_timeout: 0,
    });
    // A connection that is lost fails what is asked next.
    opened.on('error', () => undefined);
    client = opened;
    try {
      await opened.connect();
      await lookOn(opened);
    } catch (error) {
      if (closed) return;
      onFailure(error);
      toMemory(failed);
    } finally {
      client = undefined;
      known.resolve();
      await opened.end().catch(() => undefined);
    }
  }

  async function lookOn(opened: Client): Promise<void> {
    const { rows } = await opened.query(`select value from settings where key = 'knowledge.embedding'`);
    if (!rows[0]) return toMemory('');
    const { serving, target } = embeddingSetting.parse(JSON.parse(String(rows[0].value)));
    const wanted = new Map<string, number>();
    for (const id of new Set([serving.id, target.id])) {
      // What has a table loses it only when half of the number is left.
      const isThere = (await nearState(opened, nearTable(id))) !== 'none';
      const dimensions = await indexable(opened, id, isThere ? Math.floor(mostInMemory / 2) : mostInMemory);
      if (dimensions !== undefined) wanted.set(id, dimensions);
    }
    const extension = wanted.size > 0 ? await asLogin(opened, () => createVectorExtension(opened)) : undefined;
    if (extension && 'missing' in extension) toMemory(extension.missing);
    else if (!extension) toMemory('');
    else await tell(opened, { wanted, serving: serving.id, version: extension.version });
    known.resolve();
    const version = extension && 'version' in extension ? extension.version : undefined;
    await keep(opened, version === undefined ? new Map() : wanted);
    if (version !== undefined) await tell(opened, { wanted, serving: serving.id, version });
  }

  /** Says of what is there what serves. */
  async function tell(
    opened: Client,
    { wanted, serving, version }: { wanted: ReadonlyMap<string, number>; serving: string; version: string },
  ): Promise<void> {
    const found: string[] = [];
    for (const id of wanted.keys()) if ((await nearState(opened, nearTable(id))) === 'ready') found.push(id);
    if (!found.includes(serving)) toMemory('the index of pgvector is being made');
    else place = { kind: 'pgvector', version };
    ready = new Set(found);
  }

  /** Makes what is wanted and drops what is not, unless another instance does. */
  async function keep(opened: Client, wanted: ReadonlyMap<string, number>): Promise<void> {
    const { rows } = await opened.query(`select pg_try_advisory_lock(${names.vectors}) as held`);
    // Truth is a number on these connections.
    if (rows[0]?.held !== 1) return;
    const states = new Map<string, string>();
    for (const id of wanted.keys()) states.set(id, await nearState(opened, nearTable(id)));
    const kept = [...wanted.keys()].filter((id) => states.get(id) !== 'broken');
    await asLogin(opened, () => dropOtherNear(opened, kept));
    for (const [id, dimensions] of wanted) {
      if (closed) return;
      if (states.get(id) !== 'ready') await buildNear(opened, id, { dimensions, rowSecurity });
    }
    await opened.query(`select pg_advisory_unlock(${names.vectors})`);
  }

  function toMemory(why: string): void {
    ready = new Set();
    place = { kind: 'memory', why };
  }

  function lookOnce(): Promise<void> {
    looking ??= (closed ? Promise.resolve() : look()).finally(() => (looking = undefined));
    return looking;
  }

  const timer = setInterval(() => void lookOnce(), lookEveryMs);
  timer.unref();
  void lookOnce();
  await known.promise;
  return {
    indexOf: (embedder) => (ready.has(embedder) ? nearTable(embedder) : undefined),
    doubt(error) {
      onFailure(error);
      toMemory(failed);
      void lookOnce();
    },
    place: () => place,
    look: lookOnce,
    async close() {
      closed = true;
      clearInterval(timer);
      // A table that is being filled is filled on at the next start.
      await client?.end().catch(() => undefined);
      await looking;
    },
  };
}
