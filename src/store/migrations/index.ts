import { main } from './0001-main.ts';
import { leanLog } from './0002-lean-log.ts';
import type { Migration } from './migration.ts';

/** All migrations, in order. */
export const migrations: readonly Migration[] = [main, leanLog];
