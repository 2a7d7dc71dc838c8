import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ApiScope, apiScope } from '../contract/account.ts';
import type { Role } from '../contract/auth.ts';
import type { Actor } from './actor.ts';
import { type Action, actions, admits, authorize } from './authorize.ts';
import { keyAllows, refuseUnscoped } from './key-scopes.ts';

const actor = (role: Role): Actor => ({ userId: 'u', username: 'u', displayName: 'U', role, tokenId: 't' });
const [member, curator, administrator] = [actor('member'), actor('curator'), actor('administrator')];

/** The decision as untyped callers reach it. */
const decide = authorize as (actor: unknown, action: unknown, object?: unknown) => boolean;

const allowed = (level: 'read' | 'write' | 'owner') =>
  (
    [
      'session.read',
      'session.fork',
      'session.share',
      'session.leave',
      'feedback.give',
      'turn.create',
      'turn.stop',
      'session.update',
      'session.delete',
    ] as const
  ).filter((action) => authorize(member, action, { level }));

describe('sessions', () => {
  test('a stranger does nothing to a session, an administrator neither', () => {
    const sessionActions = ['session.read', 'session.update', 'session.delete', 'turn.create', 'turn.stop'] as const;
    for (const action of sessionActions) {
      for (const who of [member, curator, administrator]) {
        expect(authorize(who, action, { level: undefined })).toBe(false);
        expect(authorize(who, action, undefined)).toBe(false);
      }
    }
  });

  test('a reader reads, a writer also takes turns, the owner also changes and deletes', () => {
    expect(allowed('read')).toEqual(['session.read', 'session.fork', 'session.leave', 'feedback.give']);
    expect(allowed('write')).toEqual([
      'session.read',
      'session.fork',
      'session.leave',
      'feedback.give',
      'turn.create',
      'turn.stop',
    ]);
    expect(allowed('owner')).toHaveLength(8);
  });
});

describe('corpora', () => {
  test('only curators and administrators create', () => {
    expect([member, curator, administrator].map((who) => authorize(who, 'corpus.create'))).toEqual([false, true, true]);
  });

  test.each([
    ['no level', undefined, [false, false, true], [false, false, true]],
    ['read', 'read', [true, true, true], [false, false, true]],
    ['curate', 'curate', [true, true, true], [false, true, true]],
  ] as const)('with %s', (_name, level, reads, curates) => {
    const three = [member, curator, administrator];
    expect(three.map((who) => authorize(who, 'corpus.read', { level }))).toEqual(reads);
    expect(three.map((who) => authorize(who, 'corpus.curate', { level }))).toEqual(curates);
  });

  test('a corpus that is not there is curated by nobody', () => {
    expect(authorize(administrator, 'corpus.curate', undefined)).toBe(false);
  });
});

test('an agent is used by whom it is granted to', () => {
  expect(authorize(member, 'agent.use', { level: 'use' })).toBe(true);
  expect(authorize(administrator, 'agent.use', { level: undefined })).toBe(false);
});

test('administration is for administrators', () => {
  const administration = actions.filter((action) => action.startsWith('admin.'));
  expect(administration).toHaveLength(28);
  for (const action of administration) {
    expect([member, curator, administrator].map((who) => admits(who, action))).toEqual([false, false, true]);
    expect([member, curator, administrator].map((who) => decide(who, action))).toEqual([false, false, true]);
  }
});

const withKey = (who: Actor, scopes: readonly ApiScope[]): Actor => ({ ...who, apiKey: { id: 'k', scopes } });

describe('a key', () => {
  const everyScope = apiScope.options;

  test('never allows more than its user’s role, whatever its scopes, and nothing without any but to say who it is', () => {
    for (const who of [member, curator, administrator]) {
      for (const action of actions) {
        if (admits(withKey(who, everyScope), action)) expect(admits(who, action), action).toBe(true);
      }
    }
    expect(actions.filter((action) => admits(withKey(administrator, []), action))).toEqual([
      'account.read',
      'agent.list',
    ]);
  });

  test('with every scope of an administrator leaves accounts, passwords, logins and keys to people', () => {
    const key = withKey(administrator, everyScope);
    expect(actions.filter((action) => admits(administrator, action) && !admits(key, action))).toEqual([
      'account.sign_out',
      'account.change_password',
      'account.logins.read',
      'account.logins.revoke',
      'account.keys.read',
      'account.keys.write',
      'account.second_factor',
      'account.link_oidc',
      'account.export',
      'account.erase',
      'announcement.dismiss',
      'admin.sessions.read_content',
      'admin.users.write',
      'admin.users.erase',
      'admin.models.write',
      'admin.retention.write',
      'admin.holds.write',
    ]);
  });

  test('that writes also reads, and no scope reaches into another part', () => {
    for (const part of ['sessions', 'knowledge', 'admin'] as const) {
      const reads = actions.filter((action) => keyAllows([`${part}:read`], action));
      const writes = actions.filter((action) => keyAllows([`${part}:write`], action));
      expect(writes).toEqual(expect.arrayContaining(reads));
      expect(writes.length).toBeGreaterThan(reads.length);
      const others = everyScope.filter((scope) => !scope.startsWith(part));
      const shared = reads.filter((action) => keyAllows(others, action));
      expect(shared).toEqual(['account.read', 'agent.list']);
    }
  });

  test('is refused with what it lacks', () => {
    expect(() => refuseUnscoped(withKey(member, ['knowledge:read']), 'turn.create')).toThrow(
      /the scope sessions:write/,
    );
    expect(() => refuseUnscoped(withKey(member, everyScope), 'account.keys.write')).toThrow(/No API key may do this/);
    refuseUnscoped(member, 'turn.create');
  });
});

test('a login that is limited to the enrolment of a second factor does nothing else, whatever its role', () => {
  const limited = { ...administrator, limitedTo: 'enrolment' } as const;
  const allowed = actions.filter((action) => decide(limited, action, { level: 'owner' }) || admits(limited, action));
  expect(allowed).toEqual(['account.read', 'account.sign_out', 'account.second_factor']);
});

describe('totality', () => {
  const level = fc.oneof(
    fc.constantFrom('owner', 'write', 'read', 'curate', 'use', undefined, null, '', '__proto__'),
    fc.anything(),
  );
  const object = fc.oneof(fc.constantFrom(undefined, null, '', 0), fc.record({ level }), fc.anything());
  const anyActor = fc.oneof(
    fc.constantFrom(member, curator, administrator, undefined, null, '', {}),
    fc.record({
      userId: fc.constantFrom('u', '', undefined, null),
      role: fc.oneof(fc.constantFrom('member', 'administrator', '', 'constructor'), fc.anything()),
    }),
    fc.anything(),
  );
  const anyAction = fc.oneof(
    fc.constantFrom<Action[]>(...actions),
    fc.constantFrom('', 'toString', '__proto__'),
    fc.string(),
  );

  test('every actor, action and object gets a yes or a no', () => {
    fc.assert(
      fc.property(anyActor, anyAction, object, (who, action, what) => {
        expect(typeof decide(who, action, what)).toBe('boolean');
      }),
      { numRuns: 5_000 },
    );
  });

  test('whoever has no id, no known role or no known action gets a no', () => {
    fc.assert(
      fc.property(anyAction, object, (action, what) => {
        for (const userId of ['', undefined, null])
          expect(decide({ ...administrator, userId }, action, what)).toBe(false);
        for (const role of ['', undefined, null, 'root', 'Administrator']) {
          expect(decide({ ...administrator, role }, action, what)).toBe(false);
        }
      }),
    );
    for (const action of ['', 'toString', '__proto__', undefined, null, 'admin']) {
      expect(decide(administrator, action, { level: 'owner' })).toBe(false);
    }
  });

  test('an absent or empty level is a no, but for an administrator and a corpus', () => {
    for (const nothing of [undefined, null, '', {}, { level: undefined }, { level: null }, { level: '' }]) {
      for (const action of actions) {
        if (!decide(member, action, nothing)) continue;
        expect(decide(member, action), `${action} asks for no object`).toBe(true);
      }
    }
  });

  test('what authorize allows, admits allows', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(member, curator, administrator),
        fc.constantFrom<Action[]>(...actions),
        object,
        (who, action, what) => {
          if (decide(who, action, what)) expect(admits(who, action)).toBe(true);
        },
      ),
    );
  });
});
