import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { retentionState } from '../../../src/contract/retention.ts';
import { answered } from '../../client.ts';
import { openSession } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { givenPerson } from './erasing.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const path = '/api/admin/retention';

async function put({ server }: Pick<World, 'server'>, kind: string, keepDays: number): Promise<void> {
  expectStatus(
    await server.admin.client.put(`${path}/${kind}`, { keep_days: keepDays, would_go: 1, confirmed: true }),
    200,
  );
}

export const putRetentionRule: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare(world) {
    const days = 1_000 + world.number();
    return Promise.resolve({
      act: () => put(world, 'document_accesses', days),
      isStored: (ask) =>
        finds(ask, "select 1 from settings where json_extract(value, '$.document_accesses') = ?", days),
      async check() {
        const { rules } = answered(await world.server.admin.client.get(path), 200, retentionState);
        assert.equal(rules.find(({ kind }) => kind === 'document_accesses')?.keep_days, days);
      },
    });
  },
};

/** What is over is looked for at every start, of each of four kinds, every hour, when a rule changes and when somebody is erased. */
export const sweepByRule: ServerWay = {
  place: 'server',
  runsBefore: 4,
  async prepare(world) {
    const { session_id } = await openSession(await world.server.person());
    return {
      async act() {
        letTimePass(world.server.databasePath, session_id);
        await put(world, 'sessions', 2_000 + world.number());
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from user_sessions where session_id = ? and erase_at is not null', session_id),
      async check() {
        const erased = 'select 1 from user_sessions where session_id = ? and erased_at is not null';
        await waitFor('the old session erased', () => finds(world.ask, erased, session_id));
        const recorded = "select 1 from audit_log where action = 'session.expired' and object_id = ?";
        assert.equal(world.ask(recorded, session_id).length, 1);
      },
    };
  },
};

export const noteRetentionRun: ServerWay = {
  place: 'server',
  runsBefore: 1,
  async prepare(world) {
    const person = await givenPerson(world);
    const noted = "select 1 from settings where key = 'retention.last_run' and json_extract(value, '$.at') >= ?";
    let since = '';
    return {
      async act() {
        since = new Date().toISOString();
        await person.erase();
      },
      isStored: (ask) => finds(ask, noted, since),
      async check() {
        await person.untilErased();
        await waitFor('a run noted', () => finds(world.ask, "select 1 from settings where key = 'retention.last_run'"));
      },
    };
  },
};

function letTimePass(databasePath: string, sessionId: string): void {
  const database = new DatabaseSync(databasePath, { timeout: 5_000 });
  database
    .prepare('update user_sessions set last_activity = ? where session_id = ?')
    .run('2012-01-01T00:00:00.000Z', sessionId);
  database.close();
}
