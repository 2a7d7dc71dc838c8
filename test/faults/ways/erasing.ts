import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { openSession } from '../../given.ts';
import { ask } from '../../turns.ts';
import { waitFor } from '../../wait-for.ts';
import { type Deed, expectStatus, finds, type ServerWay, type World } from './way.ts';

/** A person with a session, and how an administrator erases them. */
export async function givenPerson({ server, ask }: World) {
  const { user, client, username } = await server.person();
  const { session_id } = await openSession({ user, client, username });
  return {
    userId: user.id,
    sessionId: session_id,
    erase: async () => {
      expectStatus(await server.admin.client.post(`/api/admin/users/${user.id}/erase`, {}), 202, 404);
    },
    async untilErased() {
      const erased = `select 1 from users u join user_sessions s on s.user_id = u.id
        where u.id = ? and u.erased_at is not null and s.erased_at is not null and s.title = ''`;
      await waitFor('the end of erasing', () => finds(ask, erased, user.id));
      expectStatus(await client.get('/api/auth/me'), 401);
      assert.deepEqual(ask('select 1 from users where username = ?', username), []);
    },
  };
}

/** Erasing that is cut off at one of its steps. */
const erasing = (isStored: (userId: string) => Deed['isStored'], more: Partial<ServerWay> = {}): ServerWay => ({
  place: 'server',
  ...more,
  async prepare(world) {
    const person = await givenPerson(world);
    return { act: person.erase, isStored: isStored(person.userId), check: person.untilErased };
  },
});

export const eraseUser = erasing(
  (userId) => (ask) => finds(ask, 'select 1 from users where id = ? and erase_at is not null', userId),
  { isAnswered: true },
);

export const clearErased = erasing(
  (userId) => (ask) => finds(ask, 'select 1 from user_sessions where user_id = ? and erase_at is not null', userId),
  { runsBefore: 1 },
);

export const finishErasing = erasing(
  (userId) => (ask) => finds(ask, 'select 1 from users where id = ? and erased_at is not null', userId),
);

/** The server looks into the bin at its start, every hour, and when it has something to erase. */
export const purgeDeletedSessions: ServerWay = {
  place: 'server',
  runsBefore: 1,
  async prepare(world) {
    const { server, ask } = world;
    const person = await server.person();
    const { session_id } = await openSession(person);
    expectStatus(await person.client.delete(`/api/sessions/${session_id}`), 204);
    const another = await givenPerson(world);
    return {
      async act() {
        letBinTimePass(server.databasePath, session_id);
        await another.erase();
      },
      isStored: (query) =>
        finds(query, 'select 1 from user_sessions where session_id = ? and erase_at is not null', session_id),
      async check() {
        const erased = 'select 1 from user_sessions where session_id = ? and erased_at is not null';
        await waitFor('the old session erased', () => finds(ask, erased, session_id));
        await another.untilErased();
        expectStatus(await person.client.delete(`/api/sessions/${session_id}`), 204);
      },
    };
  },
};

/** As with the bin: at every start, every hour, and when something is to be erased. The days pass once it is certain that what a start runs
 *  is over. */
export const pruneBudgets: ServerWay = {
  place: 'server',
  runsBefore: 2,
  async prepare(world) {
    const { server } = world;
    const person = await server.person();
    const budget = `/api/admin/budgets/user/${person.user.id}`;
    expectStatus(await server.admin.client.put(budget, { turns_per_day: 5, tokens_per_day: null }), 204);
    const { session_id } = await openSession(person);
    await ask(person, session_id, 'What was counted long ago?');
    const [first, another] = [await givenPerson(world), await givenPerson(world)];
    const counted = 'select 1 from budget_usage where subject_id = ?';
    return {
      async act() {
        await first.erase();
        await first.untilErased();
        letDaysPass(server.databasePath, person.user.id);
        await another.erase();
      },
      isStored: (query) => !finds(query, counted, person.user.id),
      async check() {
        await another.untilErased();
        await waitFor('the old count gone', () => !finds(world.ask, counted, person.user.id));
        assert.deepEqual(world.ask('select 1 from budget_charges where subject_id = ?', person.user.id), []);
      },
    };
  },
};

function letDaysPass(path: string, userId: string): void {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec('begin immediate');
  for (const table of ['budget_usage', 'budget_charges'])
    database.prepare(`update ${table} set day = '2020-01-01' where subject_id = ?`).run(userId);
  database.exec('commit');
  database.close();
}

function letBinTimePass(path: string, sessionId: string): void {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database
    .prepare('update user_sessions set deleted_at = ? where session_id = ?')
    .run('2020-01-01T00:00:00.000Z', sessionId);
  database.close();
}
