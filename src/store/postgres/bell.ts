import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { type Clock, delay } from '../../clock.ts';
import { allTopics, type Topic } from '../command.ts';
import { clientConfig } from './connect.ts';
import type { DatabaseClock } from './database-clock.ts';
import type { Names } from './names.ts';
import type { ConnectionSettings } from './row-security/act-as.ts';

/** Hears of the commits of other instances, and holds this one's presence. Notifications are the hint; that the database's snapshot changed
 *  is the truth behind it. */
export type Bell = {
  /** Which of these instances hold no presence, at two looks; nobody while the database cannot be asked. */
  goneAmong(instanceIds: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
};

export type BellOptions = {
  url: string;
  /** What its connection begins with. */
  settings: ConnectionSettings;
  names: Names;
  instanceId: string;
  /** Kept right by every look at the database. */
  clock: DatabaseClock;
  /** This machine's. */
  local: Clock;
  onRing(topics: readonly Topic[]): void;
  /** Tests only: notifications are not listened to. */
  isSilent?: boolean;
};

/** How often the database is asked whether anybody committed: what needs two commits one after the other (a message, then its claim) must be
 *  seen within 1.5 s also when no notification comes. */
const pollMs = 250;
/** A lost connection is had again at once, and then tried so often. */
const reconnectMs = 250;
/** Whoever holds no presence may be connecting again, as all do when the database was started again: they are gone when they still hold none
 *  after this. */
const lookAgainMs = 1_000;
/** So long one look is enough for who was found to be gone: their work is taken piece by piece. */
const knownGoneMs = 5_000;
/** A connection that does not answer for so long is given up for another. */
const answerTimeoutMs = 5_000;
const known: ReadonlySet<string> = new Set(allTopics);
const isTopic = (word: string): word is Topic => known.has(word);

/** Listens on a connection of its own, whose session also holds this instance's presence: it is there once this resolves, and had again
 *  after the connection was lost. */
export async function openBell(options: BellOptions): Promise<Bell> {
  const { names, instanceId, clock, local, onRing } = options;
  let held: { client: Client; drop(): void } | undefined;
  /** Until when. */
  const knownGone = new Map<string, number>();
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  let seen: string | undefined;
  let isAsking = false;
  /** Told of since the database was last asked: what changed there may be that. */
  let told = false;

  async function connect(): Promise<void> {
    const opened = new Client({
      ...clientConfig({ url: options.url, name: 'bell', settings: options.settings }),
      query_timeout: answerTimeoutMs,
    });
    opened.on('notification', ({ payload = '' }) => {
      const [from, ...topics] = payload.split(' ');
      told = true;
      if (from !== instanceId) onRing(topics.filter(isTopic));
    });
    const drop = () => {
      opened.end().catch(() => undefined);
      if (held?.client !== opened || closed) return;
      held = undefined;
      comeBack(0);
    };
    opened.on('error', drop);
    opened.on('end', drop);
    try {
      await opened.connect();
      // Shared with a session of this instance that the server does not know to be lost yet.
      await opened.query(`select pg_advisory_lock_shared(${names.presence(escapeLiteral(instanceId))})`);
      if (!options.isSilent) await opened.query(`listen ${escapeIdentifier(names.channel)}`);
      seen = await look(opened);
    } catch (error) {
      drop();
      throw error;
    }
    if (closed) await opened.end();
    else held = { client: opened, drop };
  }

  function comeBack(afterMs: number): void {
    if (closed) return;
    again = setTimeout(() => {
      // What was committed meanwhile, nobody knows.
      connect().then(
        () => onRing(allTopics),
        () => comeBack(reconnectMs),
      );
    }, afterMs).unref();
  }

  /** The text of the database's snapshot; its clock is taken in on the way. */
  async function look(asked: Client): Promise<string> {
    const askedMs = local.monotonicMs();
    const { rows } = await asked.query(
      'select pg_current_snapshot()::text as snapshot, extract(epoch from clock_timestamp()) * 1000 as now_ms',
    );
    clock.adjust({ databaseMs: Number(rows[0]?.now_ms), askedMs, answeredMs: local.monotonicMs() });
    return String(rows[0]?.snapshot);
  }

  /** A snapshot's text changes with every transaction that writes, and with nothing else. */
  async function ask(): Promise<void> {
    const asked = held;
    if (!asked || isAsking) return;
    isAsking = true;
    try {
      const now = await look(asked.client);
      const isNew = seen !== undefined && now !== seen && !told;
      seen = now;
      told = false;
      if (isNew) onRing(allTopics);
    } catch {
      // Another connection is had, and then everything is asked for.
      asked.drop();
    } finally {
      isAsking = false;
    }
  }

  /** Which of them hold no presence at this moment. */
  async function missingAmong(instanceIds: readonly string[]): Promise<string[]> {
    if (!held || instanceIds.length === 0) return [];
    // A lock on a number is listed by its two halves.
    const { rows } = await held.client
      .query(
        `select i as id from unnest($1::text[]) as i where not exists (select 1 from pg_locks
          where locktype = 'advisory' and granted and objsubid = 1
          and database = (select oid from pg_database where datname = current_database())
          and (classid::bigint << 32 | objid::bigint) = ${names.presence('i')})`,
        [[...instanceIds]],
      )
      .catch(() => ({ rows: [] }));
    return rows.map(({ id }) => String(id));
  }

  await connect();
  const timer = setInterval(() => void ask(), pollMs);
  timer.unref();
  return {
    async goneAmong(instanceIds) {
      const missing = await missingAmong(instanceIds);
      for (const [id, untilMs] of knownGone) if (untilMs < local.monotonicMs()) knownGone.delete(id);
      for (const id of instanceIds) if (!missing.includes(id)) knownGone.delete(id);
      if (missing.every((id) => knownGone.has(id))) return missing;
      await delay(lookAgainMs);
      const gone = await missingAmong(missing);
      for (const id of gone) knownGone.set(id, local.monotonicMs() + knownGoneMs);
      return gone;
    },
    async close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(again);
      await held?.client.end();
    },
  };
}
