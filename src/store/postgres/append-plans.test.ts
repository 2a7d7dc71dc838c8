import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { ColumnValues } from '../column-values.ts';
import { type AppendTurnArgs, appendToTurns, raiseHeld } from '../commands/append-to-turns.ts';
import { flushJournal } from '../commands/journal.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { postgresBuilder, type Script, type Statement } from '../script.ts';
import { clientConfig } from './connect.ts';
import { prepareSchema } from './prepare-schema.ts';

const turns = 5_000;
const at = '2026-11-27T10:00:00.000Z';

inPostgres('what running turns store in PostgreSQL', (server) => {
  let client: Client;
  beforeAll(async () => {
    const url = await server().newDatabase();
    await prepareSchema({ url, clock: systemClock });
    client = new Client(clientConfig({ url, name: 'test' }));
    await client.connect();
    await client.query(`insert into users (id, username, username_key, display_name, role, password_hash, created_at, updated_at)
      values ('user', 'user', 'user', '', 'member', '', '', '')`);
    await client.query(`insert into user_sessions (session_id, user_id, active_agent_id, title, created_at, last_activity, rev)
      select 'session-' || n, 'user', 'agent', 'Title', '', '', n from generate_series(1, ${turns}) as n`);
    await client.query(`insert into turns (turn_id, session_id, turn_no, author_user_id, client_turn_id, request_hash, agent_id, corpora, state, fence,
        message_seq, created_at, updated_at)
      select 'turn-' || n, 'session-' || n, 1, 'user', n, '', 'agent', '[]', case when n = 1 then 'running' else 'done' end, 1, 1, '', ''
        from generate_series(1, ${turns}) as n`);
    // Counted while nearly nothing ran, as at night.
    await client.query('vacuum analyze');
    await client.query(`update turns set state = 'running' where position <= 300`);
  }, 60_000);
  afterAll(() => client?.end());

  /** As it is asked once the server keeps one plan for all values. */
  async function planOf({ sql, parameters }: Statement): Promise<string> {
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query(`prepare asked as ${sql}`);
    const values = parameters.map((each) =>
      quoted(each instanceof ColumnValues ? `{${(each.values as Value[]).map(element).join(',')}}` : (each as Value)),
    );
    try {
      const { rows } = await client.query(`explain execute asked(${values.join(', ')})`);
      return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
    } finally {
      await client.query('deallocate asked');
    }
  }

  const db = postgresBuilder();
  test.each([1, 32])('of %i appends each looks its turn up, however many run', async (count) => {
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const list = numbers.map(append);
    const asked = [
      ...statementsOf(appendToTurns(db, list)),
      ...statementsOf(raiseHeld(db, list)),
      ...statementsOf(flushJournal.run(db, { pieces: numbers.map(piece) })),
    ];
    expect(asked.length).toBeGreaterThanOrEqual(6);
    for (const each of asked) {
      const plan = await planOf(each);
      expect(plan).toMatch(/Index Scan using turns_turn_id_key on turns/);
      expect(plan).not.toMatch(/Seq Scan on (?:turns|user_sessions)|turns_unfinished|turns_one_at_a_time/);
    }
  });

  test('no index of the sessions has what a step of a turn changes in them', async () => {
    const { rows } = await client.query(`select indexdef from pg_indexes where tablename = 'user_sessions'`);
    const [raise] = statementsOf(raiseHeld(db, [append(1)]));
    const changed = [...(/ set (.*?) from /.exec(raise?.sql ?? '')?.[1] ?? '').matchAll(/"(\w+)" = /g)].map(
      (match) => match[1],
    );
    expect(changed).toEqual(['last_seq']);
    expect(rows.length).toBeGreaterThan(9);
    for (const { indexdef } of rows) expect(indexdef).not.toMatch(/\blast_seq\b/);
  });
});

const append = (n: number): AppendTurnArgs => ({
  turnId: `turn-${n}`,
  fence: 1,
  events: [{ type: 'tool_result', payload: { call_id: 'call', output: 'Found', is_error: false } }],
  adkEvents: [],
  nextStep: 1,
  usage: { input_tokens: 1, output_tokens: 1 },
  model: 'model',
  at,
});
const piece = (n: number) => ({
  turnId: `turn-${n}`,
  fence: 1,
  attempt: 1,
  step: 0,
  offset: 0,
  text: 'Text',
  cited: [],
  beganAt: at,
});

type Value = string | number | null;
const quoted = (value: Value) => (value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`);
const element = (value: Value) => (value === null ? 'null' : JSON.stringify(String(value)));

/** What a script asks while every answer is empty. */
function statementsOf(script: Script<unknown>): Statement[] {
  const asked: Statement[] = [];
  for (let step = script.next([]); !step.done; step = script.next([]))
    asked.push(step.value, ...(step.value.with ?? []));
  return asked;
}
