import { Pool, type QueryResult } from 'pg';
import { rm } from 'node:fs/promises';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { FileStore, ReceivedFile, ReceiveOptions } from '../file-store.ts';
import { checkedKey, orphanAgeMs, sweepBatch } from '../files/file-keys.ts';
import { partsIn } from '../files/parts.ts';
import { receiveBody } from '../files/receive-body.ts';
import type { Presence } from '../presence.ts';
import { clientConfig } from './connect.ts';
import { inChunks } from './in-chunks.ts';
import { actAs } from './row-security/act-as.ts';
import type { RowSecurity } from './row-security/secure-rows.ts';

export type PostgresFilesOptions = {
  url: string;
  rowSecurity: RowSecurity;
  presence: Presence;
  /** Folder of this machine for what is read to and fro, or once. */
  partsFolder: string;
};

/** Bytes of one row: what an upload or a download holds in memory. */
export const chunkBytes = 256 * 1024;
/** Each is had for one chunk at a time. */
const connections = 4;
const deadlineMs = 20_000;

/** Originals in the database that all instances share, in chunks of a table. A store must have been opened on it before. */
export function openPostgresFiles({ url, rowSecurity, presence, partsFolder }: PostgresFilesOptions): FileStore {
  const parts = partsIn(partsFolder, presence);
  /** Uploads of this instance under way. */
  const arriving = new Set<string>();
  const pool = new Pool({
    ...clientConfig({ url, name: 'files', statementTimeoutMs: deadlineMs, settings: actAs(rowSecurity, 'worker') }),
    max: connections,
    connectionTimeoutMillis: deadlineMs,
    idleTimeoutMillis: 30_000,
  });
  // A connection that is lost while nobody uses it is replaced when one is needed.
  pool.on('error', () => undefined);
  // Whatever the server's defaults say. A connection that fails here fails at what it was opened for.
  pool.on('connect', (client) => void client.query('set synchronous_commit = on').catch(() => undefined));

  async function ask(text: string, values: unknown[]): Promise<QueryResult> {
    try {
      return await pool.query(text, values);
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  async function arrive(fileKey: string, body: AsyncIterable<Uint8Array>, options: ReceiveOptions) {
    await ask(`insert into stored_files (file_key, bytes, sha256, instance_id) values ($1, 0, '', $2)`, [
      fileKey,
      presence.instanceId,
    ]);
    const chunks = inChunks(chunkBytes, async (data, n) => {
      await ask(storeChunk, [fileKey, n, data]);
    });
    const received = { fileKey, ...(await receiveBody(body, options, chunks.take)) };
    await chunks.end();
    await finish(received);
    return received;
  }

  /** Names a file whole. Its commit is on the server's disk with everything that was committed before it, the chunks too. */
  async function finish({ fileKey, bytes, sha256 }: ReceivedFile): Promise<void> {
    const { rowCount } = await ask(
      'update stored_files set bytes = $2, sha256 = $3, is_whole = true, created_at = now() where file_key = $1',
      [fileKey, bytes, sha256],
    );
    if (rowCount !== 1) throw unreachable(new Error('the upload was taken for one of an instance that is gone'));
  }

  async function sizeOf(fileKey: string): Promise<number> {
    const key = checkedKey(fileKey);
    const { rows } = await ask('select bytes from stored_files where file_key = $1 and is_whole', [key]);
    if (rows.length === 0) throw unreadable();
    return Number(rows[0].bytes);
  }

  /** One query for each chunk, when it is asked for: chunks of a whole file never change, and are removed all at once. */
  async function* chunksOf(fileKey: string, bytes: number): AsyncGenerator<Uint8Array> {
    for (let n = 0, at = 0; at < bytes; n++) {
      const { rows } = await ask('select data from stored_file_chunks where file_key = $1 and n = $2', [fileKey, n]);
      if (rows.length === 0) throw unreadable();
      const data: Uint8Array = rows[0].data;
      at += data.length;
      yield data;
    }
  }

  const remove = async (fileKey: string) => {
    await ask('delete from stored_files where file_key = $1', [checkedKey(fileKey)]);
  };

  /** Of instances that are gone, and of this one where removing failed. */
  async function sweepUnfinished(): Promise<number> {
    const { rows } = await ask('select file_key, instance_id from stored_files where not is_whole', []);
    const owners = [...new Set(rows.map((row) => String(row.instance_id)))];
    const gone = new Set(await presence.goneAmong(owners.filter((id) => id !== presence.instanceId)));
    let removed = 0;
    for (const { file_key: fileKey, instance_id: owner } of rows) {
      const isLeft = owner === presence.instanceId ? !arriving.has(fileKey) : gone.has(owner);
      if (!isLeft) continue;
      // It may have become whole since.
      const { rowCount } = await ask('delete from stored_files where file_key = $1 and not is_whole', [fileKey]);
      removed += rowCount ?? 0;
    }
    return removed;
  }

  async function sweepUnnamed(namedAmong: (fileKeys: string[]) => Promise<readonly string[]>): Promise<number> {
    let removed = 0;
    for (let after = '', more = true; more; ) {
      // By the database's clock, which is the same for all instances.
      const { rows } = await ask(
        `select file_key from stored_files where is_whole and file_key > $1
          and created_at < now() - $2 * interval '1 millisecond' order by file_key limit $3`,
        [after, orphanAgeMs, sweepBatch],
      );
      const keys = rows.map((row) => String(row.file_key));
      const named = new Set(keys.length > 0 ? await namedAmong(keys) : []);
      for (const key of keys) {
        if (named.has(key)) continue;
        await remove(key);
        removed += 1;
      }
      more = keys.length === sweepBatch;
      after = keys.at(-1) ?? '';
    }
    return removed;
  }

  return {
    async receive(body, options) {
      const fileKey = newId();
      arriving.add(fileKey);
      try {
        return await arrive(fileKey, body, options);
      } catch (error) {
        // What cannot be removed now, the sweep removes.
        await remove(fileKey).catch(() => undefined);
        throw error;
      } finally {
        arriving.delete(fileKey);
      }
    },
    async receiveForNow(body, options) {
      const { path } = await parts.receive(body, options);
      return { path, remove: () => rm(path, { force: true }) };
    },
    async read(fileKey) {
      const bytes = await sizeOf(fileKey);
      const chunks = chunksOf(fileKey, bytes);
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        async cancel() {
          await chunks.return(undefined);
        },
      });
      return { stream, bytes };
    },
    async head(fileKey, maxBytes) {
      const head = new Uint8Array(Math.min(maxBytes, await sizeOf(fileKey)));
      let at = 0;
      for await (const chunk of chunksOf(fileKey, head.length)) {
        head.set(chunk.subarray(0, head.length - at), at);
        at += chunk.length;
      }
      return head;
    },
    async localCopy(fileKey, signal) {
      const bytes = await sizeOf(fileKey);
      try {
        const options = { maxBytes: bytes, ...(signal && { signal }) };
        const { path } = await parts.receive(chunksOf(fileKey, bytes), options);
        return { path, release: () => rm(path, { force: true }) };
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
    remove,
    sweep: async (namedAmong) => (await parts.sweep()) + (await sweepUnfinished()) + (await sweepUnnamed(namedAmong)),
    close: () => pool.end(),
  };
}

/** Nothing waits until a chunk is on the server's disk: it is there with the commit that names its file whole. */
const storeChunk = `insert into stored_file_chunks (file_key, n, data)
  select $1::text, $2::integer, $3::bytea from set_config('synchronous_commit', 'off', true)`;

function unreachable(cause: unknown): AppError {
  const detail = 'The files cannot be reached at the moment. Nothing was changed.';
  return new AppError('store_unavailable', { detail, retryAfterSeconds: 2, cause });
}

function unreadable(): AppError {
  return new AppError('store_unavailable', { detail: 'The original file cannot be read.' });
}
