import { DatabaseSync } from 'node:sqlite';

/** What a database file was found to hold, counted. */
export type Checked = { sessions: number; events: number; turns: number; journal: number };

type Row = Record<string, string | number | null>;

/** Reads the database beside the server and checks what must always hold.
 *  I2: seq dense from 1. I4: one visible answer a turn. I6: no event under an older fence after a newer one. Counters equal counts.
 *  At most one turn of a session runs. The journal knows its turns.
 *  @throws Error that lists every breach */
export function checkInvariants(databasePath: string): Checked {
  const database = new DatabaseSync(databasePath, { readOnly: true, timeout: 5_000 });
  try {
    database.exec('begin');
    const rows = (sql: string) => database.prepare(sql).all() as Row[];
    const breaches = rules.flatMap(({ rule, sql }) =>
      rows(`${events} ${sql}`).map((row) => `${rule}: ${JSON.stringify(row)}`),
    );
    breaches.push(...journalBreaches(rows('select * from turn_journal order by id')));
    const [integrity] = rows('pragma quick_check');
    if (integrity?.quick_check !== 'ok') breaches.push(`the file is damaged: ${JSON.stringify(integrity)}`);
    breaches.push(
      ...rows('pragma foreign_key_check').map((row) => `a reference leads nowhere: ${JSON.stringify(row)}`),
    );
    if (breaches.length > 0) throw new Error(`The store breaks its invariants:\n${breaches.slice(0, 20).join('\n')}`);
    const count = (table: string) => Number(rows(`select count(*) as n from ${table}`)[0]?.n);
    return {
      sessions: count('user_sessions'),
      events: count('session_events'),
      turns: count('turns'),
      journal: count('turn_journal'),
    };
  } finally {
    database.close();
  }
}

/** Streamed text of one attempt and step has neither gap nor overlap; offsets are in UTF-16 units, which SQL cannot count. */
function journalBreaches(rows: readonly Row[]): string[] {
  const ends = new Map<string, number>();
  return rows.flatMap((row) => {
    const key = `${row.turn_id} attempt ${row.attempt} step ${row.step}`;
    const expected = ends.get(key) ?? row.offset;
    ends.set(key, Number(row.offset) + String(row.text).length);
    return expected === row.offset ? [] : [`journal of ${key}: ${row.offset} after ${expected}`];
  });
}

/** The log with the payloads that lie in `blobs`. */
const events = `with log as (
  select e.*, coalesce(b.body, e.payload) as body from session_events e left join blobs b on b.blob_id = e.blob_id)`;

/** Each query gives the rows that break its rule. */
const rules: readonly { rule: string; sql: string }[] = [
  {
    rule: 'I2: seq of a session is 1..n and last_seq is n',
    sql: `select s.session_id, s.last_seq, count(e.seq) as events, min(e.seq) as first, max(e.seq) as last
      from user_sessions s left join log e on e.session_id = s.session_id
      group by s.session_id
      having count(e.seq) <> s.last_seq or (s.last_seq > 0 and (min(e.seq) <> 1 or max(e.seq) <> s.last_seq))`,
  },
  {
    rule: 'counters equal counts over the log',
    sql: `select s.session_id, s.message_count, s.user_query_count from user_sessions s
      where s.user_query_count <> (select count(*) from log e
          where e.session_id = s.session_id and e.type = 'user_message')
        or s.message_count <> (select count(*) from log e where e.session_id = s.session_id
          and (e.type = 'user_message' or (e.type = 'agent_message' and json_extract(e.body, '$.final') = 1)))`,
  },
  {
    rule: 'I4: at most one final message a turn',
    sql: `select turn_id, count(*) as answers from log
      where type = 'agent_message' and json_extract(body, '$.final') = 1 group by turn_id having count(*) > 1`,
  },
  {
    rule: 'I4: a turn that is done has its answer',
    sql: `select t.turn_id from turns t where t.state = 'done' and not exists (select 1 from log e
      where e.turn_id = t.turn_id and e.type = 'agent_message' and json_extract(e.body, '$.final') = 1)`,
  },
  {
    rule: 'I6: no event under an older fence after a newer one',
    sql: `select e.session_id, e.seq, e.turn_id, e.fence from log e
      join log earlier on earlier.turn_id = e.turn_id and earlier.seq < e.seq and earlier.fence > e.fence`,
  },
  {
    rule: 'I6: no event under a fence the turn never had',
    sql: `select e.turn_id, e.fence, t.fence as newest from log e join turns t on t.turn_id = e.turn_id
      where e.fence > t.fence`,
  },
  {
    rule: 'at most one turn of a session runs',
    sql: `select session_id, count(*) as running from turns where state in ('running', 'waiting_approval')
      group by session_id having count(*) > 1`,
  },
  {
    rule: 'a turn’s state is the last one its session was told',
    sql: `select t.turn_id, t.state, json_extract(e.body, '$.state') as told from turns t
      join log e on e.turn_id = t.turn_id and e.type = 'turn_state'
      where e.seq = (select max(seq) from log l where l.turn_id = t.turn_id and l.type = 'turn_state')
        and t.state <> json_extract(e.body, '$.state')`,
  },
  {
    rule: 'every turn has exactly the one message it answers',
    sql: `select t.turn_id from turns t where 1 <> (select count(*) from log e
      where e.turn_id = t.turn_id and e.type = 'user_message' and e.seq = t.message_seq and e.session_id = t.session_id)`,
  },
  {
    rule: 'a turn that is over has no owner',
    sql: `select turn_id, state, lease_owner from turns
      where state not in ('running', 'waiting_approval') and lease_owner is not null`,
  },
  {
    rule: 'the journal has rows of known turns only',
    sql: `select j.turn_id from turn_journal j left join turns t on t.turn_id = j.turn_id where t.turn_id is null`,
  },
  {
    rule: 'every session has one owner, unless it is kept for a foreign program',
    sql: `select s.session_id from user_sessions s where s.user_id is not null and 1 <> (select count(*) from session_members m
      where m.session_id = s.session_id and m.level = 'owner')`,
  },
];
