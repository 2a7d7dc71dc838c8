import { z } from 'zod';
import { backupState } from './backups.ts';
import { time } from './common.ts';
import { mailProblem } from './mail.ts';

/** How one model does, as one instance knows it. */
export const modelReport = z.object({
  label: z.string(),
  /** What administrators call its endpoint; empty where none of them set it. */
  endpoint: z.string().default(''),
  /** By its latest answer: `unasked` since the instance started; it is asked for turns alone, never to try it. */
  state: z.enum(['unasked', 'answering', 'failing']),
  /** Of the latest answer or failure. */
  at: time.nullable(),
  /** Since when it fails, and with what code. */
  failing_since: time.nullable(),
  code: z.string().nullable(),
});
export type ModelReport = z.infer<typeof modelReport>;

/** What one instance says of itself. What it does not know of a newer or older one's report is left out. */
export const instanceReport = z.object({
  /** Open on it. */
  streams: z.int(),
  /** False while it drains: what it runs ends or is handed over. */
  accepting: z.boolean(),
  model: modelReport,
  /** Further models that were asked there since they were set as they are, at whatever endpoint. */
  other_models: z.array(modelReport).default([]),
  embedder: z.object({
    name: z.string(),
    state: z.enum(['loading', 'ready', 'unavailable']),
    detail: z.string(),
  }),
  /** Of the disk that has less room, of that of the database and that of the originals; null where both are in a database elsewhere. */
  disk: z.object({ free_bytes: z.int(), total_bytes: z.int() }).nullable(),
});
export type InstanceReport = z.infer<typeof instanceReport>;

const instanceNow = z.strictObject({
  instance_id: z.string(),
  started_at: time,
  seen_at: time,
  /** Turns that it holds. */
  running: z.int(),
  /** Null for one of a version whose report cannot be read. */
  report: instanceReport.nullable(),
});
export type InstanceNow = z.infer<typeof instanceNow>;

const runningTurn = z.strictObject({
  turn_id: z.string(),
  session_id: z.string(),
  title: z.string(),
  username: z.string(),
  agent_id: z.string(),
  agent_name: z.string(),
  /** Null while nobody holds it: it waits for an approval. */
  instance_id: z.string().nullable(),
  state: z.enum(['running', 'waiting_approval']),
  attempt: z.int(),
  /** When its first attempt began. */
  began_at: time,
});
export type RunningTurn = z.infer<typeof runningTurn>;

const queue = z.strictObject({
  waiting: z.int(),
  running: z.int(),
  /** When the oldest that waits was put there. */
  oldest_at: time.nullable(),
});
export type Queue = z.infer<typeof queue>;

const failedTurn = z.strictObject({
  at: time,
  turn_id: z.string(),
  session_id: z.string(),
  title: z.string(),
  username: z.string(),
  agent_name: z.string(),
  state: z.enum(['failed', 'interrupted']),
  code: z.string(),
});
export type FailedTurn = z.infer<typeof failedTurn>;

const failedDocument = z.strictObject({
  at: time,
  document_id: z.string(),
  title: z.string(),
  corpus_id: z.string(),
  corpus_name: z.string(),
  /** A sentence for people. */
  message: z.string(),
});
export type FailedDocument = z.infer<typeof failedDocument>;

const failedMail = z.strictObject({
  at: time,
  /** Null for one that this version does not know. */
  problem: mailProblem.nullable(),
});
export type FailedMail = z.infer<typeof failedMail>;

/** What goes on at one moment, on all instances. Lists are bounded; totals are exact. */
export const nowSnapshot = z.strictObject({
  as_of: time,
  /** Under way, the oldest first. */
  turns: z.array(runningTurn),
  turns_total: z.int(),
  queues: z.strictObject({
    turns: queue.pick({ waiting: true, oldest_at: true }),
    /** Web pages to fetch, files to read, and passages to embed anew. */
    fetch: queue,
    ingest: queue,
    embed: queue,
  }),
  instances: z.array(instanceNow),
  failures: z.strictObject({
    /** An hour ago. */
    since: time,
    turns: z.strictObject({ total: z.int(), latest: z.array(failedTurn) }),
    documents: z.strictObject({ total: z.int(), latest: z.array(failedDocument) }),
    mails: z.strictObject({ total: z.int(), latest: z.array(failedMail) }),
  }),
  store: z.strictObject({
    kind: z.enum(['sqlite', 'postgresql']),
    /** Why this instance cannot work with it, in words for people; null while it can. */
    unfit: z.string().nullable(),
  }),
  backups: backupState,
});
export type NowSnapshot = z.infer<typeof nowSnapshot>;
