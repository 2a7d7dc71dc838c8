import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../ids.ts';
import type { ReceivedFile, ReceiveOptions } from '../file-store.ts';
import type { Presence } from '../presence.ts';
import { receiveBody, toAppError } from './receive-body.ts';

/** Files of this machine that have no name yet, or never get one. Each is named for the instance that has it, and goes with it. */
export type Parts = {
  /** Streams a body to the disk, without a sync. Whatever goes wrong, nothing is left.
   *  @throws AppError as `receiveBody` does */
  receive(body: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<ReceivedFile & { path: string }>;
  /** Removes those whose instance is gone. @returns how many */
  sweep(): Promise<number>;
};

const partPattern = /^[0-9a-f-]{36}\.([0-9a-f-]{36})\.part$/;

export function partsIn(folder: string, presence: Presence): Parts {
  return {
    async receive(body, options) {
      const fileKey = newId();
      const path = join(folder, `${fileKey}.${presence.instanceId}.part`);
      try {
        await mkdir(folder, { recursive: true });
        const file = await open(path, 'wx', 0o600);
        try {
          return { fileKey, path, ...(await receiveBody(body, options, (piece) => writeAll(file, piece))) };
        } finally {
          await file.close();
        }
      } catch (error) {
        await rm(path, { force: true });
        throw toAppError(error);
      }
    },
    async sweep() {
      await mkdir(folder, { recursive: true });
      const owners = new Map<string, string>();
      for (const name of await readdir(folder)) {
        const owner = partPattern.exec(name)?.[1];
        if (owner !== undefined && owner !== presence.instanceId) owners.set(name, owner);
      }
      const gone = new Set(await presence.goneAmong([...new Set(owners.values())]));
      const left = [...owners].filter(([, owner]) => gone.has(owner));
      for (const [name] of left) await rm(join(folder, name), { force: true });
      return left.length;
    },
  };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
}
