import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { newId } from '../../../ids.ts';

export type KeptObject = { key: string; path: string; bytes: number; atMs: number; meta: Record<string, string> };
export type KeptUpload = { id: string; key: string; atMs: number };

/** Thrown with S3's word for what is wrong. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

/** Objects and unfinished uploads of a bucket, in a folder: each object is there whole or not at all, whenever the process is killed. */
export async function keepObjects(folder: string) {
  const [objects, uploads, drafts] = ['objects', 'uploads', 'drafts'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [objects, uploads, drafts]) await mkdir(each, { recursive: true });

  /** Writes a body beside and compares it with its hash. */
  async function draft(
    body: AsyncIterable<Uint8Array>,
    sha256: string | undefined,
  ): Promise<{ path: string; md5: string }> {
    const path = join(drafts, newId());
    const [hash, md5] = [createHash('sha256'), createHash('md5')];
    async function* watched() {
      for await (const piece of body) {
        hash.update(piece);
        md5.update(piece);
        yield piece;
      }
    }
    try {
      await pipeline(watched, createWriteStream(path));
      if (sha256 !== undefined && hash.digest('hex') !== sha256) throw new Refused(400, 'XAmzContentSHA256Mismatch');
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, md5: md5.digest('hex') };
  }

  async function name(key: string, path: string, meta: Record<string, string>): Promise<void> {
    await writeFile(join(drafts, `${nameOf(key)}.meta`), JSON.stringify(meta));
    await rename(path, join(objects, nameOf(key)));
  }

  async function find(key: string): Promise<KeptObject | undefined> {
    const path = join(objects, nameOf(key));
    const facts = await stat(path).catch(() => undefined);
    if (!facts) return undefined;
    const meta = JSON.parse(await readFile(join(drafts, `${nameOf(key)}.meta`), 'utf8')) as Record<string, string>;
    return { key, path, bytes: facts.size, atMs: facts.mtimeMs, meta };
  }

  async function upload(id: string): Promise<{ key: string; meta: Record<string, string> }> {
    const text = await readFile(join(uploads, id, 'begun'), 'utf8').catch(() => undefined);
    if (!/^[0-9a-f-]{36}$/.test(id) || text === undefined) throw new Refused(404, 'NoSuchUpload');
    return JSON.parse(text) as { key: string; meta: Record<string, string> };
  }

  return {
    find,
    async put(
      key: string,
      body: AsyncIterable<Uint8Array>,
      { sha256, meta }: { sha256: string; meta: Record<string, string> },
    ) {
      const { path, md5 } = await draft(body, sha256);
      await name(key, path, meta);
      return md5;
    },
    async remove(key: string) {
      await rm(join(objects, nameOf(key)), { force: true });
      await rm(join(drafts, `${nameOf(key)}.meta`), { force: true });
    },
    async list(): Promise<KeptObject[]> {
      const names = (await readdir(objects)).toSorted();
      const found = await Promise.all(names.map((each) => find(decodeURIComponent(each))));
      return found.filter((each) => each !== undefined);
    },
    async begin(key: string, meta: Record<string, string>) {
      const id = newId();
      await mkdir(join(uploads, id));
      await writeFile(join(uploads, id, 'begun'), JSON.stringify({ key, meta }));
      return id;
    },
    async putPart(id: string, n: number, body: AsyncIterable<Uint8Array>, sha256: string) {
      await upload(id);
      const { path, md5 } = await draft(body, sha256);
      await rename(path, join(uploads, id, `${n}.${md5}`));
      return md5;
    },
    /** @param tags  of the parts, in their order */
    async complete(id: string, tags: readonly string[]) {
      const { key, meta } = await upload(id);
      const paths = tags.map((tag, i) => join(uploads, id, `${i + 1}.${tag}`));
      for (const [i, path] of paths.entries()) {
        const facts = await stat(path).catch(() => undefined);
        if (!facts) throw new Refused(400, 'InvalidPart');
        if (i < paths.length - 1 && facts.size < 5 * 2 ** 20) throw new Refused(400, 'EntityTooSmall');
      }
      async function* whole() {
        for (const path of paths) yield* createReadStream(path) as AsyncIterable<Uint8Array>;
      }
      const { path } = await draft(whole(), undefined);
      await name(key, path, meta);
      await rm(join(uploads, id), { recursive: true });
    },
    async abort(id: string) {
      await upload(id);
      await rm(join(uploads, id), { recursive: true });
    },
    async uploads(): Promise<KeptUpload[]> {
      const ids = await readdir(uploads);
      return Promise.all(
        ids.map(async (id) => ({
          id,
          key: (await upload(id)).key,
          atMs: (await stat(join(uploads, id, 'begun'))).mtimeMs,
        })),
      );
    },
    /** Makes everything as old as that. */
    async age(atMs: number) {
      const at = new Date(atMs);
      for (const each of await readdir(objects)) await utimes(join(objects, each), at, at);
      for (const each of await readdir(uploads)) await utimes(join(uploads, each, 'begun'), at, at);
    },
  };
}

const nameOf = (key: string) => encodeURIComponent(key);

export type KeptObjects = Awaited<ReturnType<typeof keepObjects>>;
