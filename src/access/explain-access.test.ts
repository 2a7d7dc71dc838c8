import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Role } from '../contract/auth.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { explainAccess } from './explain-access.ts';
import { explainObject, explainUser } from './explanations.ts';

const at = '2026-11-22T10:00:00.000Z';
const through = (level: 'use' | 'read' | 'curate', name = 'Finance') => ({ group_id: name, group_name: name, level });

test.each<[string, Parameters<typeof explainAccess>[0], unknown]>([
  ['nothing', { kind: 'corpus', role: 'curator', is_owner: false, through: [] }, undefined],
  [
    'a member reads what is granted at curate',
    { kind: 'corpus', role: 'member', is_owner: false, through: [through('curate')] },
    { level: 'read', reasons: [{ because: 'group', level: 'read', group_id: 'Finance', group_name: 'Finance' }] },
  ],
  [
    'the highest of several counts, and each is told',
    { kind: 'corpus', role: 'curator', is_owner: false, through: [through('read'), through('curate', 'Editors')] },
    {
      level: 'curate',
      reasons: [
        { because: 'group', level: 'read', group_id: 'Finance', group_name: 'Finance' },
        { because: 'group', level: 'curate', group_id: 'Editors', group_name: 'Editors' },
      ],
    },
  ],
  [
    'an owner who was made a member reads',
    { kind: 'corpus', role: 'member', is_owner: true, through: [] },
    { level: 'read', reasons: [{ because: 'owner', level: 'read' }] },
  ],
  [
    'an administrator has no agent by role',
    { kind: 'agent', role: 'administrator', is_owner: false, through: [] },
    undefined,
  ],
  [
    'an agent’s grant says nothing of a corpus',
    { kind: 'corpus', role: 'member', is_owner: false, through: [through('use')] },
    undefined,
  ],
  [
    'a corpus’s grant says nothing of an agent',
    { kind: 'agent', role: 'member', is_owner: false, through: [through('read')] },
    undefined,
  ],
])('%s', (_name, facts, expected) => {
  expect(explainAccess(facts)).toEqual(expected);
});

/** Who and what there is, and what of it holds. Numbers stand for users and objects, counted round. */
type World = {
  users: { role: Role; state: 'active' | 'inactive' | 'deleted' }[];
  corpora: { owner: number; state: 'active' | 'inactive' | 'deleted' }[];
  agents: { isActive: boolean }[];
  groups: { members: number[]; grants: { kind: 'agent' | 'corpus'; object: number; level: string }[] }[];
};

const index = fc.nat({ max: 5 });
const state = fc.constantFrom('active', 'active', 'active', 'inactive', 'deleted');
const role = fc.constantFrom<Role>('member', 'curator', 'administrator');
const grant = fc.record({
  kind: fc.constantFrom('agent', 'corpus'),
  object: index,
  // Levels of the other kind, too: no command writes them, and they must say nothing.
  level: fc.constantFrom('use', 'read', 'curate'),
});
const dense = { size: 'max' } as const;
const worlds: fc.Arbitrary<World> = fc.record({
  users: fc.array(fc.record({ role, state }), { minLength: 1, maxLength: 6, ...dense }),
  corpora: fc.array(fc.record({ owner: index, state }), { maxLength: 5, ...dense }),
  agents: fc.array(fc.record({ isActive: fc.boolean() }), { maxLength: 4, ...dense }),
  groups: fc.array(
    fc.record({
      members: fc.array(index, { maxLength: 4, ...dense }),
      grants: fc.array(grant, { maxLength: 6, ...dense }),
    }),
    { maxLength: 4, ...dense },
  ),
});

const tables = ['grants', 'group_members', 'groups', 'corpora', 'agents', 'users'];

/** Puts a world in the place of whatever the store holds. */
function build(rows: DatabaseSync, { users, corpora, agents, groups }: World): void {
  const put = (table: string, values: Record<string, string | number | null>) =>
    rows
      .prepare(
        `insert or ignore into ${table} (${Object.keys(values).join()}) values (${Object.keys(values)
          .map(() => '?')
          .join()})`,
      )
      .run(...Object.values(values));
  const flags = (of: string) => ({ is_active: of === 'inactive' ? 0 : 1, deleted_at: of === 'deleted' ? at : null });
  const times = { created_at: at, updated_at: at };
  rows.exec('begin');
  for (const table of tables) rows.exec(`delete from ${table}`);
  for (const [i, user] of users.entries()) {
    const names = { id: `u${i}`, username: `U${i}`, username_key: `u${i}`, display_name: `User ${i}` };
    put('users', { ...names, role: user.role, password_hash: '', ...times, ...flags(user.state) });
  }
  for (const [i, corpus] of corpora.entries()) {
    const names = { id: `c${i}`, name: `C${i}`, name_key: `c${i}`, description: '' };
    const owner = corpus.owner < users.length ? `u${corpus.owner}` : null;
    put('corpora', { ...names, owner_user_id: owner, ...times, ...flags(corpus.state) });
  }
  for (const [i, agent] of agents.entries()) {
    const names = { id: `a${i}`, name: `A${i}`, description: '', instructions: '', tools: '[]' };
    put('agents', { ...names, is_active: agent.isActive ? 1 : 0, ...times });
  }
  for (const [i, group] of groups.entries()) {
    put('groups', { id: `g${i}`, name: `G${i}`, name_key: `g${i}`, created_at: at });
    for (const member of group.members) {
      put('group_members', { group_id: `g${i}`, user_id: `u${member % users.length}`, added_at: at });
    }
    for (const { kind, object, level } of group.grants) {
      const object_id =
        kind === 'agent' ? `a${object % Math.max(1, agents.length)}` : `c${object % Math.max(1, corpora.length)}`;
      put('grants', { group_id: `g${i}`, object_kind: kind, object_id, level, granted_at: at });
    }
  }
  rows.exec('commit');
}

/** What the queries that decide let each user do, as `user object level`. */
async function decided(store: Store, userIds: string[]): Promise<string[]> {
  const lists = userIds.map(async (userId) => {
    const agents = await store.read.agentAccess({ userId });
    const corpora = await store.read.corpusAccess({ userId });
    return [
      ...agents.map(({ id }) => `${userId} ${id} use`),
      ...corpora.map(({ id, level }) => `${userId} ${id} ${level}`),
    ];
  });
  return (await Promise.all(lists)).flat();
}

async function explainedByUser(store: Store, userIds: string[], met: Map<string, number>): Promise<string[]> {
  const found: string[] = [];
  for (const userId of userIds) {
    if ((await store.scan.userAccessFacts({ userId })) === undefined) continue;
    for (const { object_id, level, reasons } of (await explainUser({ store }, userId)).objects) {
      found.push(`${userId} ${object_id} ${level}`);
      for (const reason of reasons) {
        const name = `${reason.because} ${reason.level}`;
        met.set(name, (met.get(name) ?? 0) + 1);
      }
    }
  }
  return found;
}

/** The same, asked of each object, in pages of two. */
async function explainedByObject(
  store: Store,
  objects: { kind: 'agent' | 'corpus'; objectId: string }[],
): Promise<string[]> {
  const found: string[] = [];
  for (const object of objects) {
    let cursor: string | undefined;
    do {
      const page = await explainObject({ store }, object, { limit: 2, cursor });
      found.push(...page.users.map((user) => `${user.user_id} ${object.objectId} ${user.level}`));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
  return found;
}

test('whatever is granted, what is explained is what is decided, asked of users and of objects', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-explain-'));
  const path = join(folder, 'perdure.db');
  const store = await openSqliteStore({ path, clock: systemClock });
  const rows = new DatabaseSync(path, { timeout: 2_000 });
  rows.exec('pragma synchronous = off');
  /** How often each reason gave each level. */
  const met = new Map<string, number>();
  try {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        build(rows, world);
        const userIds = world.users.map((_user, i) => `u${i}`);
        const objects = [
          ...world.agents.map((_agent, i) => ({ kind: 'agent' as const, objectId: `a${i}` })),
          ...world.corpora.flatMap((corpus, i) =>
            corpus.state === 'deleted' ? [] : [{ kind: 'corpus' as const, objectId: `c${i}` }],
          ),
        ];
        const wanted = await decided(store, userIds);
        expect(await explainedByUser(store, userIds, met)).toEqual(wanted);
        expect((await explainedByObject(store, objects)).toSorted()).toEqual(wanted.toSorted());
      }),
      { numRuns: 150, unbiased: true },
    );
  } finally {
    rows.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
  const reasons = ['administrator curate', 'group curate', 'group read', 'group use', 'owner curate', 'owner read'];
  expect([...met.keys()].toSorted()).toEqual(reasons);
  console.info(`explained: ${[...met].map(([name, count]) => `${count} x ${name}`).join(', ')}`);
}, 120_000);
