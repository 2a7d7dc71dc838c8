import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileStore } from '../file-store.ts';
import type { Presence } from '../presence.ts';
import { fakePresence } from './fake-presence.ts';
import { watchMemory } from './watch-memory.ts';

/** Files made for a test, shared by any number of instances. */
export type OpenedFiles = {
  /** One instance's store. */
  open(presence: Presence): FileStore;
  /** Names of all that is kept, unfinished files and what passes through the machine too. */
  kept(): Promise<string[]>;
  /** Makes every whole file one that has been there for an hour. */
  age(): Promise<void>;
  close(): Promise<void>;
};

const piece = 64 * 1024;
const chunk = 256 * 1024;
const mebibyte = 2 ** 20;
const nobodyNames = () => Promise.resolve([]);

/** What every store of files promises, asked through the port alone. */
export function describeFileStore(name: string, openFiles: () => Promise<OpenedFiles>): void {
  describe(`files: ${name}`, () => {
    let opened: OpenedFiles;
    let gone: Set<string>;
    let own: string;
    let files: FileStore;
    const more: FileStore[] = [];

    function instance(): { files: FileStore; instanceId: string } {
      const presence = fakePresence(gone);
      const made = opened.open(presence);
      more.push(made);
      return { files: made, instanceId: presence.instanceId };
    }

    beforeEach(async () => {
      opened = await openFiles();
      gone = new Set();
      ({ files, instanceId: own } = instance());
    });
    afterEach(async () => {
      for (const each of more.splice(0)) await each.close();
      await opened.close();
    });

    test.each([0, 1, chunk - 1, chunk, chunk + 1, 20 * mebibyte])(
      '%i bytes come back as they went in, to another instance too',
      async (bytes) => {
        const content = randomBytes(bytes);
        const received = await files.receive(inPieces(content), { maxBytes: bytes });
        expect(received).toMatchObject({ bytes, sha256: createHash('sha256').update(content).digest('hex') });
        const { files: other } = instance();
        for (const store of [files, other]) {
          const read = await store.read(received.fileKey);
          expect(read.bytes).toBe(bytes);
          expect(content.equals(await wholeOf(read.stream))).toBe(true);
        }
        const copy = await other.localCopy(received.fileKey);
        expect(content.equals(await readFile(copy.path))).toBe(true);
        await copy.release();
        for (const length of [0, 4, chunk, chunk + 4, bytes + 1]) {
          expect(content.subarray(0, length).equals(await other.head(received.fileKey, length)), `${length}`).toBe(
            true,
          );
        }
        expect(await opened.kept()).toEqual([received.fileKey]);
      },
    );

    test('pieces of any size are one file', async () => {
      const content = randomBytes(3 * chunk + 5);
      for (const size of [1000, chunk, 2 * chunk + 1, content.length]) {
        const { fileKey } = await files.receive(inPieces(content, size), { maxBytes: content.length });
        expect(content.equals(await wholeOf((await files.read(fileKey)).stream)), `${size}`).toBe(true);
      }
    });

    test('a body that is too large is refused before it has ended, and nothing is left', async () => {
      let given = 0;
      const counted = endless(() => (given += piece));
      await expect(files.receive(counted, { maxBytes: mebibyte })).rejects.toMatchObject({
        code: 'too_large',
        detail: 'A document may have at most 1 MiB.',
      });
      expect(given).toBeLessThan(2 * mebibyte);
      expect(await opened.kept()).toEqual([]);
    });

    test('a body that falls silent, fails, or whose sender leaves, leaves nothing', async () => {
      const limits = { maxBytes: 100 * mebibyte };
      await expect(files.receive(thenSilent(), { ...limits, idleMs: 50 })).rejects.toMatchObject({
        code: 'bad_request',
      });
      const broken = new Error('the line broke');
      async function* breaking() {
        yield Buffer.alloc(3 * chunk);
        throw broken;
      }
      await expect(files.receive(breaking(), limits)).rejects.toMatchObject({ code: 'bad_request', cause: broken });
      const leaving = new AbortController();
      let given = 0;
      const left = endless(() => {
        given += piece;
        if (given === 3 * chunk) leaving.abort();
      });
      await expect(files.receive(left, { ...limits, signal: leaving.signal })).rejects.toMatchObject({
        code: 'bad_request',
      });
      expect(await opened.kept()).toEqual([]);
    });

    test('what killed instances left of uploads is swept, and nothing of those that live', async () => {
      const leaving = new AbortController();
      const begun = Promise.withResolvers<void>();
      const upload = files.receive(thenSilent(begun.resolve), { maxBytes: mebibyte, signal: leaving.signal });
      const refused = expect(upload).rejects.toMatchObject({ code: 'bad_request' });
      await begun.promise;
      const { files: other } = instance();
      expect(await other.sweep(nobodyNames), 'while it lives').toBe(0);
      expect(await files.sweep(nobodyNames), 'by itself').toBe(0);
      expect(await opened.kept()).toHaveLength(1);
      gone.add(own);
      expect(await other.sweep(nobodyNames)).toBe(1);
      expect(await opened.kept()).toEqual([]);
      leaving.abort();
      await refused;
    });

    test('a body that is read once stays for as long as its process, and goes with it', async () => {
      const content = randomBytes(chunk + 1);
      const [removed, left] = [
        await files.receiveForNow(inPieces(content), { maxBytes: mebibyte }),
        await files.receiveForNow(inPieces(content), { maxBytes: mebibyte }),
      ];
      await removed.remove();
      await opened.age();
      const { files: other } = instance();
      expect(await other.sweep(nobodyNames), 'while it lives').toBe(0);
      expect(content.equals(await readFile(left.path))).toBe(true);
      gone.add(own);
      expect(await other.sweep(nobodyNames)).toBe(1);
      expect(await opened.kept()).toEqual([]);
    });

    test('whole files that nothing names are swept once they are old, named ones never', async () => {
      const receive = () => files.receive(inPieces(randomBytes(chunk + 1)), { maxBytes: mebibyte });
      const named = await receive();
      await receive();
      const sweep = () => files.sweep((keys) => Promise.resolve(keys.filter((key) => key === named.fileKey)));
      expect(await sweep(), 'at once').toBe(0);
      await opened.age();
      await receive();
      expect(await sweep()).toBe(1);
      expect(await opened.kept()).toHaveLength(2);
      expect((await wholeOf((await files.read(named.fileKey)).stream)).length).toBe(chunk + 1);
    });

    test('many files that nothing names are swept, and those between them stay', async () => {
      const all: string[] = [];
      for (let i = 0; i < 520; i++)
        all.push((await files.receive(inPieces(Buffer.from('x')), { maxBytes: 1 })).fileKey);
      await opened.age();
      const kept = new Set(all.filter((_, i) => i % 130 === 0));
      expect(await files.sweep((keys) => Promise.resolve(keys.filter((key) => kept.has(key))))).toBe(516);
      expect((await opened.kept()).toSorted()).toEqual([...kept].toSorted());
    });

    test('a removed file cannot be read, and is removed again without an error', async () => {
      const { fileKey } = await files.receive(inPieces(randomBytes(chunk)), { maxBytes: mebibyte });
      await files.remove(fileKey);
      await files.remove(fileKey);
      const unreadable = { code: 'store_unavailable' };
      await expect(files.read(fileKey)).rejects.toMatchObject(unreadable);
      await expect(files.head(fileKey, 4)).rejects.toMatchObject(unreadable);
      await expect(files.localCopy(fileKey)).rejects.toMatchObject(unreadable);
      expect(await opened.kept()).toEqual([]);
    });

    test('a key that was not made here is refused before anything is looked for', async () => {
      await expect(async () => files.read('../perdure.db')).rejects.toThrow('not made here');
      await expect(async () => files.remove('../perdure.db')).rejects.toThrow('not made here');
    });

    test('a released copy leaves the file', async () => {
      const { fileKey } = await files.receive(inPieces(randomBytes(chunk + 1)), { maxBytes: mebibyte });
      const copy = await files.localCopy(fileKey);
      expect((await stat(copy.path)).size).toBe(chunk + 1);
      await copy.release();
      await copy.release();
      expect((await files.read(fileKey)).bytes).toBe(chunk + 1);
      expect(await opened.kept()).toEqual([fileKey]);
    });

    test('a file of 50 MiB passes in and out in little memory', async () => {
      const bytes = 50 * mebibyte;
      const memory = watchMemory();
      const same = Buffer.alloc(piece, 7);
      async function* body() {
        for (let at = 0; at < bytes; at += piece) {
          if (at % mebibyte === 0) memory.look();
          yield same;
        }
      }
      const { fileKey } = await files.receive(body(), { maxBytes: bytes });
      const { stream } = await files.read(fileKey);
      let read = 0;
      for await (const part of stream) {
        if (Math.floor(read / mebibyte) < Math.floor((read + part.length) / mebibyte)) memory.look();
        read += part.length;
      }
      expect(read).toBe(bytes);
      expect(memory.looks).toBeGreaterThanOrEqual(100);
      expect(memory.mostBytes()).toBeLessThan(4 * mebibyte);
    });
  });
}

async function* inPieces(content: Uint8Array, size = piece): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function* endless(before: () => void): AsyncGenerator<Uint8Array> {
  for (;;) {
    before();
    yield Buffer.alloc(piece);
  }
}

async function* thenSilent(begun = () => {}): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(3 * chunk - 10);
  begun();
  await new Promise(() => {});
}

async function wholeOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const each of stream) pieces.push(each);
  return Buffer.concat(pieces);
}
