import { existsSync } from 'node:fs';
import type { Command } from '../command.ts';
import { sqliteBuilder } from '../script.ts';
import { createDriver } from './drive.ts';
import { openWriter } from './open.ts';

const busyMs = 5_000;

/** Runs one command on a file, beside the servers that may use it. Nothing is made or migrated.
 *  @throws Error when there is no such file, or others keep it from being written */
export function runOnce<Args, Result>(path: string, command: Command<Args, Result>, args: Args): Result {
  if (!existsSync(path)) throw new Error('there is no perdure.db');
  const database = openWriter(path);
  try {
    database.exec(`pragma busy_timeout = ${busyMs}; begin immediate`);
    const result = createDriver(database).drive(command.run(sqliteBuilder(), args));
    database.exec('commit');
    return result;
  } finally {
    database.close();
  }
}
