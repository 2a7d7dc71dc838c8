import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { everyoneGroupId } from '../../contract/access.ts';
import { byServer } from '../../contract/audit.ts';
import type { Role } from '../../contract/auth.ts';
import { newId } from '../../ids.ts';
import type { BuiltinAgent } from '../commands/builtins.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import type { Store } from '../store.ts';

let folder: string;
let store: Store;
/** Rows that no command of this folder writes. */
let rows: DatabaseSync;

const at = '2026-11-22T10:00:00.000Z';
const librarian: BuiltinAgent = {
  id: 'librarian',
  name: 'Librarian',
  description: 'Finds and quotes.',
  instructions: 'Quote.',
  tools: ['search_corpora'],
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-access-'));
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  rows = new DatabaseSync(join(folder, 'perdure.db'), { timeout: 2000 });
  await store.write.putBuiltins({ agents: [librarian], at });
});
afterEach(async () => {
  rows.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function user(username: string, role: Role = 'member'): Promise<string> {
  const userId = newId();
  await store.write.createUser({ by: byServer, userId, username, displayName: username, role, passwordHash: 'x', at });
  return userId;
}

function corpus(id: string, owner: string | null = null, more: { isActive?: 0 | 1; deletedAt?: string } = {}): string {
  rows
    .prepare(
      `insert into corpora (id, name, name_key, description, owner_user_id, is_active, created_at, updated_at, deleted_at)
       values (?, ?, ?, '', ?, ?, ?, ?, ?)`,
    )
    .run(id, id, id, owner, more.isActive ?? 1, at, at, more.deletedAt ?? null);
  return id;
}

function group(id: string, ...members: string[]): string {
  rows.prepare('insert into groups (id, name, name_key, created_at) values (?, ?, ?, ?)').run(id, id, id, at);
  for (const member of members) {
    rows.prepare('insert into group_members (group_id, user_id, added_at) values (?, ?, ?)').run(id, member, at);
  }
  return id;
}

function grant(groupId: string, kind: 'corpus' | 'agent', objectId: string, level: string): void {
  rows
    .prepare('insert into grants (group_id, object_kind, object_id, level, granted_at) values (?, ?, ?, ?, ?)')
    .run(groupId, kind, objectId, level, at);
}

const corpora = async (userId: string, corpusIds?: string[]) =>
  (await store.read.corpusAccess({ userId, ...(corpusIds && { corpusIds }) })).map(({ id, level }) => `${id} ${level}`);
const agents = async (userId: string) => (await store.read.agentAccess({ userId })).map(({ id }) => id);

test('what nobody granted is read by administrators alone', async () => {
  const [member, curator, root] = [await user('m'), await user('c', 'curator'), await user('r', 'administrator')];
  corpus('secret');
  expect(await corpora(member)).toEqual([]);
  expect(await corpora(curator)).toEqual([]);
  expect(await corpora(root)).toEqual(['secret curate']);
});

test('a grant reaches the members of its group at its level, and no member curates', async () => {
  const [inside, curator, outside] = [await user('in'), await user('cur', 'curator'), await user('out')];
  corpus('finance');
  corpus('handbook');
  grant(group('finance-team', inside, curator), 'corpus', 'finance', 'curate');
  grant(everyoneGroupId, 'corpus', 'handbook', 'read');
  expect(await corpora(inside)).toEqual(['finance read', 'handbook read']);
  expect(await corpora(curator)).toEqual(['finance curate', 'handbook read']);
  expect(await corpora(outside)).toEqual(['handbook read']);
  rows.exec(`delete from grants where object_id = 'finance'`);
  expect(await corpora(inside)).toEqual(['handbook read']);
  expect(await corpora(curator)).toEqual(['handbook read']);
});

test('an owner curates while a curator, and reads after being made a member', async () => {
  const owner = await user('owner', 'curator');
  corpus('mine', owner);
  expect(await corpora(owner)).toEqual(['mine curate']);
  await store.write.patchUser({ by: byServer, userId: owner, at, changes: { role: 'member' } });
  expect(await corpora(owner)).toEqual(['mine read']);
});

test('a deactivated or deleted user, and an id that is nobody’s, reach nothing', async () => {
  await user('root', 'administrator');
  const [left, gone] = [await user('left', 'administrator'), await user('gone', 'curator')];
  corpus('shared', gone);
  grant(everyoneGroupId, 'corpus', 'shared', 'read');
  await store.write.patchUser({ by: byServer, userId: left, at, changes: { isActive: false } });
  await store.write.deleteUser({ by: byServer, userId: gone, at });
  for (const userId of [left, gone, newId(), '']) {
    expect(await corpora(userId)).toEqual([]);
    expect(await agents(userId)).toEqual([]);
  }
});

test('inactive and deleted corpora are in nobody’s list; asking for ids gives those of them that are allowed', async () => {
  const [member, root] = [await user('m'), await user('r', 'administrator')];
  for (const id of ['a', 'b', 'c']) grant(everyoneGroupId, 'corpus', corpus(id), 'read');
  grant(everyoneGroupId, 'corpus', corpus('off', null, { isActive: 0 }), 'read');
  grant(everyoneGroupId, 'corpus', corpus('dead', null, { deletedAt: at }), 'read');
  corpus('secret');
  expect(await corpora(member)).toEqual(['a read', 'b read', 'c read']);
  expect(await corpora(member, ['c', 'secret', 'off', 'none', 'a'])).toEqual(['a read', 'c read']);
  expect(await corpora(member, [])).toEqual([]);
  expect(await corpora(root)).toEqual(['a curate', 'b curate', 'c curate', 'secret curate']);
});

test('everyone has the built-in agent until its grant is removed, and a restart does not bring the grant back', async () => {
  const member = await user('m');
  expect(await agents(member)).toEqual(['librarian']);
  rows.exec(`delete from grants where object_id = 'librarian'`);
  await store.write.putBuiltins({ agents: [librarian], at });
  expect(await agents(member)).toEqual([]);
});

test('built-ins take this version’s definition and keep what the administrator decided', async () => {
  const member = await user('m');
  rows.exec(`update agents set is_active = 0`);
  const next: BuiltinAgent = {
    ...librarian,
    description: 'Finds, quotes and cites.',
    tools: ['search_corpora', 'open_passage'],
  };
  await store.write.putBuiltins({ agents: [next], at: '2026-11-23T10:00:00.000Z' });
  await store.write.putBuiltins({ agents: [next], at: '2026-11-24T10:00:00.000Z' });
  expect(await agents(member)).toEqual([]);
  expect(rows.prepare('select description, tools, is_active, updated_at from agents').all()).toEqual([
    {
      description: next.description,
      tools: JSON.stringify(next.tools),
      is_active: 0,
      updated_at: '2026-11-23T10:00:00.000Z',
    },
  ]);
});

test('an agent is used through any group that was granted it', async () => {
  const [inside, outside] = [await user('in'), await user('out')];
  rows
    .prepare(
      `insert into agents (id, name, description, instructions, tools, created_at, updated_at) values ('own', 'Own', '', '', '[]', ?, ?)`,
    )
    .run(at, at);
  grant(group('team', inside), 'agent', 'own', 'use');
  expect(await agents(inside)).toEqual(['librarian', 'own']);
  expect(await agents(outside)).toEqual(['librarian']);
  expect((await store.read.agentAccess({ userId: outside, agentIds: ['own'] })).length).toBe(0);
});
