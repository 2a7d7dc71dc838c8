import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../clock.ts';
import { type InstanceId, newId } from '../../../ids.ts';
import { inPostgres } from '../../conformance/in-postgres.ts';
import { agentId, GivenLog } from '../../conformance/given-log.ts';
import type { Store } from '../../store.ts';
import { type OpenedPostgres, openPostgresStore } from '../postgres-store.ts';
import { openSnapshot } from '../snapshot.ts';

inPostgres('logins and row security', (server) => {
  let superuser: Client;
  let url: string;
  let login: string;
  let logins = 0;
  const opened: OpenedPostgres[] = [];

  const open = async (more: { requireRowSecurity?: boolean } = {}) => {
    const one = await openPostgresStore({ url, clock: systemClock, instanceId: newId<InstanceId>(), ...more });
    opened.push(one);
    return one;
  };
  const closeAll = async () => {
    for (const { store } of opened.splice(0)) await store.close();
  };
  const givenLogin = async (rights: string) => {
    login = `server_${(logins += 1)}`;
    const { rows } = await superuser.query('select current_database() as name');
    await superuser.query(`create role ${login} login ${rights}`);
    await superuser.query(`alter database ${String(rows[0]?.name)} owner to ${login}`);
    await superuser.query(`alter schema public owner to ${login}`);
    url = url.replace('//perdure@', `//${login}@`);
  };

  beforeEach(async () => {
    url = await server().newDatabase();
    superuser = new Client({ connectionString: url });
    await superuser.connect();
  });
  afterEach(async () => {
    await closeAll();
    await superuser.end();
  });

  test('a login that may make roles makes them, migrates and serves; back in its own role it sees no row', async () => {
    await givenLogin('createrole noinherit');
    const { store, rowSecurity } = await open({ requireRowSecurity: true });
    expect(rowSecurity).toMatchObject({ isOn: true, roles: { member: `${login}_member` } });
    expect(rowSecurity).not.toHaveProperty('weakness');
    const owner = await givenOwner(store);
    expect(await store.scan.memberSessions({ userId: owner.userId, limit: 9 })).toHaveLength(1);
    expect(await store.scan.adminSessions({ status: 'all', sort: 'created_at', limit: 9 })).toHaveLength(1);
    const itself = new Client({ connectionString: url });
    await itself.connect();
    const { rows } = await itself.query('select count(*)::int as n from user_sessions');
    expect(rows).toEqual([{ n: 0 }]);
    await expect(itself.query(`insert into settings values ('a', '1', '')`)).rejects.toMatchObject({ code: '42501' });
    await itself.end();
    const verified = await openSnapshot(url);
    if (verified.outcome !== 'opened') throw new Error(verified.reason);
    expect((await verified.snapshot.checkFile()).looked.rows).toBeGreaterThan(1);
    await verified.snapshot.close();
  });

  test('what is told to be run by a superuser turns it on; once on, it is never left out', async () => {
    await givenLogin('noinherit');
    const off = await open();
    expect(off.rowSecurity).toMatchObject({ isOn: false });
    const owner = await givenOwner(off.store);
    await expect(open({ requireRowSecurity: true })).rejects.toThrow('Row security is required');
    const reason = off.rowSecurity.isOn ? '' : off.rowSecurity.reason;
    await superuser.query(reason.slice(reason.indexOf('create role')));

    const on = await open();
    expect(on.rowSecurity).toMatchObject({ isOn: true });
    expect(await on.store.read.memberSession(owner)).toMatchObject({ session_id: owner.sessionId });
    // An instance that began without it fails instead of finding nothing.
    await expect(off.store.read.memberSession(owner)).rejects.toMatchObject({ code: 'internal' });
    await closeAll();

    await superuser.query(`revoke ${login}_worker from ${login}`);
    await expect(open()).rejects.toThrow('Row security is forced');
  });

  test('a superuser is served with a word of what that weakens, and refused where it is required', async () => {
    expect((await open()).rowSecurity).toMatchObject({ isOn: true, weakness: expect.stringContaining('every policy') });
    await expect(open({ requireRowSecurity: true })).rejects.toThrow('Row security is required');
  });

  test('the login that deploy/compose makes is one that row security holds for', async () => {
    const { searchParams } = new URL(url);
    const env = { ...process.env, PGHOST: searchParams.get('host') ?? '', POSTGRES_USER: 'perdure' };
    login = 'of_compose';
    const script = fileURLToPath(new URL('../../../../deploy/compose/make-login.sh', import.meta.url));
    execFileSync(script, { env: { ...env, LOGIN: login, POSTGRES_PASSWORD: "it's" } });
    url = url.replace(/\/\/perdure@localhost\/\w+/, `//${login}@localhost/${login}`);
    const { rowSecurity } = await open({ requireRowSecurity: true });
    expect(rowSecurity).toMatchObject({ isOn: true, roles: { worker: `${login}_worker` } });
    expect(rowSecurity).not.toHaveProperty('weakness');
  });

  test('a role of that name that may do more is refused', async () => {
    await givenLogin('createrole noinherit');
    await superuser.query(`create role ${login}_worker nologin bypassrls`);
    await expect(open()).rejects.toThrow(`The role ${login}_worker may do more`);
  });
});

/** Somebody with a session, in a store that has nothing yet. */
async function givenOwner(store: Store): Promise<{ userId: string; sessionId: string }> {
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  return new GivenLog(store).owned();
}
