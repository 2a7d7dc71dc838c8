import { folded, PackedTexts } from '../../retrieval/packed-texts.ts';
import { sessionStatus, statusOf } from '../session-status.ts';
import { type Db, type Script, statement } from '../script.ts';

/** What lists filter and order sessions by, and their titles, kept in the memory of the thread that looks for text in them; about 250
 *  bytes a session. Each session has a number. */
export type ResidentSessions = {
  readonly count: number;
  readonly ids: readonly string[];
  readonly titles: PackedTexts;
  /** Of each session: the code of its status, 1 where it is archived, the numbers of its agent and of its owner, and what it is ordered by, times in milliseconds. */
  readonly status: Uint8Array;
  readonly archived: Uint8Array;
  readonly agent: Uint32Array;
  readonly user: Uint32Array;
  readonly last_activity: Float64Array;
  readonly created_at: Float64Array;
  readonly chat_messages: Float64Array;
  /** By the numbers above, in lower case. A session without an owner has the number 0. */
  readonly usernames: readonly string[];
  agentNumber(agentId: string): number | undefined;
  userNumber(userId: string): number | undefined;
  sessionNumber(sessionId: string): number | undefined;
};

/** A thread has one statement builder; what it keeps in memory lives as long as that. */
const residents = new WeakMap<Db, Resident>();
const rowsAtOnce = 2_000;

/** Brings this thread's sessions to the moment of the current snapshot and gives them: reads those that changed since the last time. Index:
 *  user_sessions_rev. */
export function* residentSessions(db: Db): Script<ResidentSessions> {
  let resident = residents.get(db);
  if (!resident) residents.set(db, (resident = new Resident()));
  for (;;) {
    const rows: ResidentRow[] = yield* changedRows.all(db, { afterRev: resident.rev, limit: rowsAtOnce });
    for (const row of rows) resident.put(row);
    if (rows.length < rowsAtOnce) return resident;
  }
}

type ResidentRow = {
  session_id: string;
  user_id: string | null;
  username: string | null;
  active_agent_id: string;
  title: string;
  created_at: string;
  last_activity: string;
  message_count: number;
  is_active: number;
  archived: number;
  deleted_at: string | null;
  rev: number;
};

const changedRows = statement<{ afterRev: number; limit: number }>()((db, slots) =>
  db
    .selectFrom('user_sessions as s')
    .leftJoin('users as u', 'u.id', 's.user_id')
    .select([
      's.session_id',
      's.user_id',
      'u.username',
      's.active_agent_id',
      's.title',
      's.created_at',
      's.last_activity',
      's.message_count',
      's.is_active',
      's.archived',
      's.deleted_at',
      's.rev',
    ])
    .where('s.rev', '>', slots.afterRev)
    .orderBy('s.rev')
    .limit(slots.limit),
);

class Resident implements ResidentSessions {
  rev = 0;
  count = 0;
  readonly ids: string[] = [];
  readonly titles = new PackedTexts();
  status = new Uint8Array(1024);
  archived = new Uint8Array(1024);
  agent = new Uint32Array(1024);
  user = new Uint32Array(1024);
  last_activity = new Float64Array(1024);
  created_at = new Float64Array(1024);
  chat_messages = new Float64Array(1024);
  readonly usernames: string[] = [''];
  readonly #numbers = new Map<string, number>();
  readonly #agents = new Map<string, number>();
  readonly #users = new Map<string, number>();

  agentNumber(agentId: string): number | undefined {
    return this.#agents.get(agentId);
  }

  userNumber(userId: string): number | undefined {
    return this.#users.get(userId);
  }

  sessionNumber(sessionId: string): number | undefined {
    return this.#numbers.get(sessionId);
  }

  put(row: ResidentRow): void {
    const n = this.#numbers.get(row.session_id) ?? this.#add(row.session_id);
    this.status[n] = sessionStatus[statusOf(row)];
    this.archived[n] = row.archived;
    this.agent[n] = numbered(this.#agents, row.active_agent_id);
    this.user[n] = this.#owner(row);
    this.last_activity[n] = Date.parse(row.last_activity);
    this.created_at[n] = Date.parse(row.created_at);
    this.chat_messages[n] = row.message_count;
    this.titles.set(n, row.title);
    this.rev = row.rev;
  }

  #add(sessionId: string): number {
    const n = this.count;
    this.count += 1;
    this.ids.push(sessionId);
    this.#numbers.set(sessionId, n);
    if (n < this.status.length) return n;
    this.status = new Uint8Array(this.status.buffer.transfer(2 * this.status.byteLength));
    this.archived = new Uint8Array(this.archived.buffer.transfer(2 * this.archived.byteLength));
    this.agent = new Uint32Array(this.agent.buffer.transfer(2 * this.agent.byteLength));
    this.user = new Uint32Array(this.user.buffer.transfer(2 * this.user.byteLength));
    this.last_activity = new Float64Array(this.last_activity.buffer.transfer(2 * this.last_activity.byteLength));
    this.created_at = new Float64Array(this.created_at.buffer.transfer(2 * this.created_at.byteLength));
    this.chat_messages = new Float64Array(this.chat_messages.buffer.transfer(2 * this.chat_messages.byteLength));
    return n;
  }

  #owner({ user_id, username }: ResidentRow): number {
    if (user_id === null) return 0;
    const n = numbered(this.#users, user_id, 1);
    this.usernames[n] = folded(username ?? '');
    return n;
  }
}

/** A name's number, which it is given when it is first seen. */
function numbered(numbers: Map<string, number>, name: string, from = 0): number {
  let n = numbers.get(name);
  if (n === undefined) numbers.set(name, (n = numbers.size + from));
  return n;
}
