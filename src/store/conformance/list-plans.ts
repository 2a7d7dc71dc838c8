import { scans } from '../queries/index.ts';
import type { Db, Script, Statement } from '../script.ts';

const after = { value: '2026-11-26T10:00:00.000Z', sessionId: 'session' };
const sorts = {
  last_activity: { index: 'activity', after },
  created_at: { index: 'created', after },
  chat_messages: { index: 'messages', after: { value: 9, sessionId: 'session' } },
} as const;

export type ListPlan = { name: string; script: Script<unknown>; index: string };

/** Every filter and order of the sessions' lists, on the first page and on one further down, and the index that each is read by. */
export function listPlans(db: Db): ListPlan[] {
  const plans: ListPlan[] = [];
  const add = (name: string, script: Script<unknown>, index: string) =>
    plans.push({ name, script, index: `user_sessions_${index}` });
  for (const [sort, { index, after: place }] of Object.entries(sorts)) {
    for (const page of [{}, { after: place }]) {
      const list = { status: 'archived', sort: sort as keyof typeof sorts, limit: 51, ...page } as const;
      const name = `archived by ${sort}${'after' in page ? ' further down' : ''}`;
      add(name, scans.adminSessions.run(db, list), `archived_${index}`);
      add(`${name} of an agent`, scans.adminSessions.run(db, { ...list, agentId: 'agent' }), 'archived_');
      add(`${name} of a person`, scans.adminSessions.run(db, { ...list, username: 'ann' }), 'user_activity');
    }
    for (const status of ['active', 'inactive', 'deleted', 'all'] as const) {
      for (const page of [{}, { after: place }]) {
        const list = { status, sort: sort as keyof typeof sorts, limit: 51, ...page };
        const name = `${status} by ${sort}${'after' in page ? ' further down' : ''}`;
        add(name, scans.adminSessions.run(db, list), index);
        add(`${name} of an agent`, scans.adminSessions.run(db, { ...list, agentId: 'agent' }), `agent_${index}`);
        add(`${name} of a person`, scans.adminSessions.run(db, { ...list, username: 'ann' }), 'user_activity');
        add(
          `${name} of a person and an agent`,
          scans.adminSessions.run(db, { ...list, username: 'ann', agentId: 'agent' }),
          'user_activity',
        );
      }
    }
  }
  for (const page of [{}, { after }]) {
    add('of a member', scans.memberSessions.run(db, { userId: 'user', limit: 41, ...page }), 'user_activity');
  }
  add(
    'counted of an agent',
    scans.countAdminSessions.run(db, { status: 'active', agentId: 'agent', upTo: 9 }),
    'agent_',
  );
  add('counted of a person', scans.countAdminSessions.run(db, { status: 'active', username: 'ann', upTo: 9 }), 'user_');
  add('counted of what is archived', scans.countAdminSessions.run(db, { status: 'archived', upTo: 9 }), 'archived_');
  add('looked through for text', scans.sessionsByText.run(db, searched), 'rev');
  return plans;
}

/** The lists of what goes on, in every order, and the index of turns that each is found by. */
export function goingOnPlans(db: Db): ListPlan[] {
  return (['running', 'waiting', 'failed'] as const).flatMap((status) => {
    const index = status === 'failed' ? 'turns_failed' : 'turns_unfinished';
    const lists = Object.entries(sorts).flatMap(([sort, { after: place }]) => {
      const list = { status, sort: sort as keyof typeof sorts, limit: 51 };
      return [
        { name: `${status} by ${sort}`, list },
        { name: `${status} by ${sort} further down`, list: { ...list, after: place } },
        { name: `${status} by ${sort} of an agent`, list: { ...list, agentId: 'agent' } },
      ];
    });
    return [
      ...lists.map(({ name, list }) => ({ name, script: scans.adminSessions.run(db, list), index })),
      { name: `${status} counted`, script: scans.countAdminSessions.run(db, { status, upTo: 9 }), index },
    ];
  });
}

const searched = { status: 'active', sort: 'last_activity', limit: 51, q: 'text', upTo: 9 } as const;

/** The statement of each script that reads sessions: whose name it is, is asked before. */
export function sessionStatementOf(script: Script<unknown>): Statement {
  let step = script.next([]);
  while (!step.done && !step.value.sql.includes('user_sessions')) step = script.next([{ id: 'user' }]);
  if (step.done) throw new Error('no session was asked for');
  return step.value;
}
