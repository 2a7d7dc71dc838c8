import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { goingOnPlans, listPlans, sessionStatementOf } from '../conformance/list-plans.ts';
import { postgresBuilder } from '../script.ts';
import { clientConfig } from './connect.ts';
import { prepareSchema } from './prepare-schema.ts';

/** As many as make a way without an index dearer. */
const sessions = 20_000;

inPostgres('lists of sessions in PostgreSQL', (server) => {
  let client: Client;
  beforeAll(async () => {
    const url = await server().newDatabase();
    await prepareSchema({ url, clock: systemClock });
    client = new Client(clientConfig({ url, name: 'test' }));
    await client.connect();
    await client.query(`insert into users (id, username, username_key, display_name, role, password_hash, created_at, updated_at)
      select 'user-' || n, 'user-' || n, 'user-' || n, '', 'member', '', '', '' from generate_series(0, 199) as n`);
    await client.query(`insert into user_sessions (session_id, user_id, active_agent_id, title, created_at, last_activity, is_active,
        message_count, rev, archived, deleted_at)
      select 'session-' || n, 'user-' || n % 200, case when n % 3 = 0 then 'agent' else 'another' end, 'Title', to_char(n, '000000'), to_char(n, '000000'), (n % 5 > 0)::int,
        n % 40, n, (n % 6 = 0)::int, case when n % 7 = 0 then 'then' end from generate_series(1, ${sessions}) as n`);
    await client.query(`insert into turns (turn_id, session_id, turn_no, author_user_id, client_turn_id, request_hash, agent_id, corpora, state, message_seq,
        created_at, updated_at)
      select 'turn-' || n, 'session-' || n, 1, 'user-' || n % 200, n, '', 'agent', '[]', case n % 200 when 0 then 'failed' when 1 then 'running'
        when 2 then 'queued' else 'done' end, 1, '', to_char(n, '000000') from generate_series(1, ${sessions}) as n`);
    await client.query('update user_sessions set last_turn_no = 1');
    await client.query('vacuum analyze');
  }, 60_000);
  afterAll(() => client?.end());

  test.each(listPlans(postgresBuilder()))('sessions $name are a stretch of $index', async ({ script, index }) => {
    const { sql, parameters } = sessionStatementOf(script);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, [...parameters]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    const scans = [
      ...plan.matchAll(
        /(?:Index Scan|Index Only Scan|Bitmap Index Scan)(?: Backward)? (?:using|on) (user_sessions_\w+)/g,
      ),
    ];
    const used = scans.map((match) => match[1] ?? '').filter((name) => name !== 'user_sessions_pkey');
    expect(used.length).toBeGreaterThan(0);
    for (const name of used) expect(name.startsWith(index)).toBe(true);
    expect(plan).not.toMatch(/Seq Scan on user_sessions/);
  });

  test.each(goingOnPlans(postgresBuilder()))(
    'sessions $name are found by $index, and no other is looked at',
    async ({ script, index }) => {
      const { sql, parameters } = sessionStatementOf(script);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, [...parameters]);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(new RegExp(`Scan (?:Backward )?(?:using|on) ${index}\\b`));
      expect(plan).not.toMatch(/Seq Scan on (?:user_sessions|turns)\b/);
      expect(plan).not.toMatch(/user_sessions_(?!pkey)\w+/);
    },
  );

  test('sessions are counted at every change, also where many are put in at once', async () => {
    const { rows } = await client.query('select status, sessions from session_counts order by status');
    const counted =
      await client.query(`select (case when deleted_at is not null then 2 else is_active end) as status, count(*) as sessions
      from user_sessions group by 1 order by 1`);
    expect(rows).toEqual(counted.rows);
  });
});
