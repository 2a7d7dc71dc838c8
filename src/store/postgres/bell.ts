import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { type Clock, delay } from '../../clock.ts';
import { allTopics, type Topic } from '../command.ts';
import { clientConfig } from './connect.ts';
import type { DatabaseClock } from './database-clock.ts';
import type { Names } from './names.ts';
import type { ConnectionSettings } from './row-security/act-as.ts';

/** Hears of the commits of other instances and tells them of this one's, and holds its presence. Notifications are the hint; that the database's
 *  snapshot changed is the truth behind it. */
export type Bell = {
  /** Tells the other instances what was committed: at once, and what follows within a moment together. */
  tell(topics: readonly Topic[]): void;
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
/** Under load so often at most is anybody told: each notification wakes a process of the server and a client for every instance. Text that streams
 *  is committed every 25 ms. */
const tellMs = 10;
/** What was committed while somebody told of something else is looked for after so long, because whoever did it may have died before it told. */
const sweepMs = 1_000;
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
  /** Since when a change may be one that nobody told of, though somebody told of something. */
  let doubtedMs: number | undefined;
  const untold = new Set<Topic>();
  let telling: NodeJS.Timeout | undefined;

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
      connect().then(catchUp, () => comeBack(reconnectMs));
    }, afterMs).unref();
  }

  /** What was committed meanwhile, here and elsewhere, nobody was told of. */
  function catchUp(): void {
    onRing(allTopics);
    tell(allTopics);
  }

  function tell(topics: readonly Topic[]): void {
    for (const topic of topics) untold.add(topic);
    if (telling === undefined) tellUntold();
  }

  /** On no transaction of a command: a notification holds a lock of all databases of the server until its transaction is on the disk. Whatever
   *  is not told, because the connection or the process is gone, others find by themselves. */
  function tellUntold(): void {
    telling = undefined;
    if (untold.size === 0 || !held) return;
    const payload = [instanceId, ...untold].join(' ');
    untold.clear();
    held.client
      .query({ name: 'tell', text: 'select pg_notify($1, $2)', values: [names.channel, payload] })
      .catch(() => undefined);
    telling = setTimeout(tellUntold, tellMs).unref();
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
      const isNew = seen !== undefined && now !== seen;
      const nowMs = local.monotonicMs();
      if (isNew && told) doubtedMs ??= nowMs;
      const isUntold = (isNew && !told) || (doubtedMs !== undefined && nowMs - doubtedMs >= sweepMs);
      seen = now;
      told = false;
      if (!isUntold) return;
      doubtedMs = undefined;
      onRing(allTopics);
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
    tell,
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
      clearTimeout(telling);
      tellUntold();
      clearTimeout(telling);
      await held?.client.end();
    },
  };
}
