import { Client } from 'pg';
import { clientConfig } from './connect.ts';
import { inChunks } from './in-chunks.ts';
import { becomeWorker } from './row-security/act-as.ts';
import { chunkBytes } from './postgres-files.ts';
import type { FileSource, FileTarget } from '../moving/files.ts';

/** Of no instance that lives: a server's sweep removes what is left of a move that broke off. */
const mover = '00000000-0000-4000-8000-000000000000';

export async function openPostgresFileSource(url: string): Promise<FileSource> {
  const client = await connected(url);
  return {
    async read(fileKey) {
      const { rowCount } = await client.query('select 1 from stored_files where file_key = $1 and is_whole', [fileKey]);
      return rowCount === 0 ? undefined : chunksOf(client, fileKey);
    },
    close: () => client.end(),
  };
}

async function* chunksOf(client: Client, fileKey: string): AsyncGenerator<Uint8Array> {
  for (let n = 0; ; n++) {
    const { rows } = await client.query('select data from stored_file_chunks where file_key = $1 and n = $2', [
      fileKey,
      n,
    ]);
    if (rows.length === 0) return;
    yield rows[0].data as Uint8Array;
  }
}

export async function openPostgresFileTarget(url: string): Promise<FileTarget> {
  const client = await connected(url);
  return {
    async has({ fileKey, bytes, sha256 }) {
      const { rowCount } = await client.query(
        'select 1 from stored_files where file_key = $1 and is_whole and bytes = $2 and sha256 = $3',
        [fileKey, bytes, sha256],
      );
      return rowCount === 1;
    },
    async put({ fileKey, bytes, sha256 }, body) {
      await client.query('begin; set local synchronous_commit = on');
      try {
        await client.query('delete from stored_files where file_key = $1', [fileKey]);
        await client.query(
          'insert into stored_files (file_key, bytes, sha256, instance_id, is_whole) values ($1, $2, $3, $4, true)',
          [fileKey, bytes, sha256, mover],
        );
        const chunks = inChunks(chunkBytes, async (data, n) => {
          await client.query('insert into stored_file_chunks (file_key, n, data) values ($1, $2, $3)', [
            fileKey,
            n,
            data,
          ]);
        });
        for await (const piece of body) await chunks.take(piece);
        await chunks.end();
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    },
    close: () => client.end(),
  };
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ ...clientConfig({ url, name: 'moving files' }), pipeline: false });
  await client.connect();
  await becomeWorker(client);
  return client;
}
