import type { Query } from '../command.ts';
import * as knowledge from './verify-knowledge.ts';
import * as log from './verify-log.ts';
import * as packs from './verify-packs.ts';
import * as rules from './verify-rules.ts';
import * as usage from './verify-usage.ts';
import * as words from './verify-words.ts';

export type { VerifyAuditRecord, VerifyDocument } from './verify-knowledge.ts';
export type {
  VerifyEvent,
  VerifyPiece,
  VerifySession,
  VerifyStep,
  VerifyTurn,
  VerifyUnfinished,
} from './verify-log.ts';

/** What `perdure verify` reads, from one snapshot of a store that nobody else needs to have open. Lists come in pages. */
export const verifyQueries = { ...log, ...knowledge, ...rules, ...usage, ...words, ...packs };

export type VerifyReads = {
  readonly [Name in keyof typeof verifyQueries]: (typeof verifyQueries)[Name] extends Query<infer Args, infer Result>
    ? (args: Args) => Promise<Result>
    : never;
};

/** What lies under the rows: whether it can be read whole, references, and tables and indexes against what this version makes.
 *  Each finding is one line of ids and names. */
export type FileFindings = {
  /** How much was looked at, by what it is. */
  looked: Record<string, number>;
  damage: string[];
  references: string[];
  schema: string[];
  /** What a reader should know was not looked at. */
  notes: string[];
};

/** One consistent moment of a store. */
export type VerifySnapshot = {
  readonly read: VerifyReads;
  /** The newest migration applied. */
  readonly schemaVersion: number;
  /** The clock that leases on it are read from, where it is not that of this machine's boot. */
  readonly leaseTime?: { bootId: string; nowMs: number };
  checkFile(): Promise<FileFindings>;
  /** Gives false when somebody wrote to a store that had been taken for closed: what was read may be of two moments. */
  close(): Promise<{ isOneMoment: boolean }>;
};

export type OpenedSnapshot =
  | { outcome: 'opened'; snapshot: VerifySnapshot }
  /** One sentence that says what is there instead of a store of this version. */
  | { outcome: 'missing' | 'not_a_store' | 'newer' | 'older' | 'unreadable'; reason: string };
