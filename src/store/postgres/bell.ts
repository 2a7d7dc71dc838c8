import { Client, escapeLiteral } from 'pg';
import type { Clock } from '../../clock.ts';
import type { Topic } from '../command.ts';
import { clientConfig } from './connect.ts';
import type { DatabaseClock } from './database-clock.ts';
import type { Names } from './names.ts';

/** Hears of the commits of other instances, and holds this one's presence. Notifications are the hint; that the database's snapshot changed
 *  is the truth behind it. */
export type Bell = {
  /** Which of these instances hold no presence; nobody while the database cannot be asked. */
  goneAmong(instanceIds: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
};

export type BellOptions = {
  url: string;
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
const reconnectMs = 500;
const allTopics: readonly Topic[] = ['log', 'journal', 'sessions', 'turns', 'knowledge', 'jobs', 'access', 'audit'];
const known: ReadonlySet<string> = new Set(allTopics);
const isTopic = (word: string): word is Topic => known.has(word);

/** Listens on a connection of its own, whose session also holds this instance's presence: it is there once this resolves, and had again
 *  after the connection was lost. */
export async function openBell(options: BellOptions): Promise<Bell> {
  const { names, instanceId, clock, local, onRing } = options;
  let client: Client | undefined;
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  let seen: string | undefined;
  let isAsking = false;
  /** Told of since the database was last asked: what changed there may be that. */
  let told = false;

  async function connect(): Promise<void> {
    const opened = new Client(clientConfig({ url: options.url, name: 'bell' }));
    opened.on('notification', ({ payload = '' }) => {
      const [from, ...topics] = payload.split(' ');
      told = true;
      if (from !== instanceId) onRing(topics.filter(isTopic));
    });
    const lost = () => {
      if (client !== opened || closed) return;
      client = undefined;
      comeBack();
    };
    opened.on('error', lost);
    opened.on('end', lost);
    await opened.connect();
    await opened.query(`select pg_advisory_lock(${names.presence(escapeLiteral(instanceId))})`);
    if (!options.isSilent) await opened.query(`listen ${names.channel}`);
    seen = await look(opened);
    client = opened;
  }

  function comeBack(): void {
    again = setTimeout(() => {
      // What was committed meanwhile, nobody knows.
      connect().then(() => onRing(allTopics), comeBack);
    }, reconnectMs).unref();
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
    if (!client || isAsking) return;
    isAsking = true;
    try {
      const now = await look(client);
      const isNew = seen !== undefined && now !== seen && !told;
      seen = now;
      told = false;
      if (isNew) onRing(allTopics);
    } catch {
      // The connection is gone: it is had again, and then everything is asked for.
    } finally {
      isAsking = false;
    }
  }

  await connect();
  const timer = setInterval(() => void ask(), pollMs);
  timer.unref();
  return {
    async goneAmong(instanceIds) {
      if (!client || instanceIds.length === 0) return [];
      // A lock on a number is listed by its two halves.
      const { rows } = await client
        .query(
          `select i as id from unnest($1::text[]) as i where not exists (select 1 from pg_locks
            where locktype = 'advisory' and granted and objsubid = 1
            and database = (select oid from pg_database where datname = current_database())
            and (classid::bigint << 32 | objid::bigint) = ${names.presence('i')})`,
          [[...instanceIds]],
        )
        .catch(() => ({ rows: [] }));
      return rows.map(({ id }) => String(id));
    },
    async close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(again);
      await client?.end();
    },
  };
}
