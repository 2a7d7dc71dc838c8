import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type BudgetKind, budgetList, renewsAt, subjectBudget, usageAnswer } from '../../src/contract/budgets.ts';
import { turnAnswer } from '../../src/contract/sessions.ts';
import { answered, Client, type Reply, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, send, stateOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
const budgets = '/api/admin/budgets';
const at = (kind: BudgetKind, id: string) => `${budgets}/${kind}/${id}`;
const turnsOnly = (turns: number) => ({ turns_per_day: turns, tokens_per_day: null });
const tokensOnly = (tokens: number) => ({ turns_per_day: null, tokens_per_day: tokens });

async function set(kind: BudgetKind, id: string, limits: object): Promise<void> {
  const reply = await server().admin.client.put(at(kind, id), limits);
  expect(reply.status, reply.text).toBe(204);
}

const usageOf = async (person: Person) =>
  answered(await person.client.get('/api/account/usage'), 200, usageAnswer).budgets;

type Message = { client_turn_id: string; text: string };
const newMessage = (text = 'hello'): Message => ({ client_turn_id: randomUUID(), text });
const turnsPath = (sessionId: string) => `/api/sessions/${sessionId}/turns`;

/** Sends a message to a server, again while it has too much to do at once: what it says then is not about budgets. */
async function sendTo(client: Client, sessionId: string, message: Message): Promise<Reply> {
  for (;;) {
    const reply = await client.post(turnsPath(sessionId), message);
    if (reply.status !== 503 && !(reply.status === 429 && reply.text.includes('"too_many_requests"'))) return reply;
    await pause(50);
  }
}

/** 50 messages at once, 10 in each of five sessions, to the clients in turn. */
async function sendFifty(person: Person, clients: readonly Client[]) {
  const sessions = await Promise.all([1, 2, 3, 4, 5].map(() => openSession(person)));
  const sent = Array.from({ length: 50 }, (_each, index) => ({
    client: clients[index % clients.length] ?? person.client,
    sessionId: sessions[index % sessions.length]?.session_id ?? '',
    message: newMessage(`message ${index}`),
  }));
  const replies = await Promise.all(
    sent.map(async (each) => ({ ...each, reply: await sendTo(each.client, each.sessionId, each.message) })),
  );
  return {
    accepted: replies.filter(({ reply }) => reply.status === 202),
    others: replies.filter(({ reply }) => reply.status !== 202),
  };
}

function expectExhausted(reply: Reply): string {
  const { detail } = refused(reply, 429, 'budget_exhausted');
  const now = Date.now();
  const opensInS = (Date.parse(renewsAt(new Date(now).toISOString())) - now) / 1_000;
  const retryAfterS = Number(reply.headers['retry-after']);
  expect(retryAfterS).toBeGreaterThanOrEqual(Math.floor(opensInS));
  expect(retryAfterS).toBeLessThan(opensInS + 60);
  return detail;
}

describe('a budget of turns', () => {
  test('lets exactly so many of 50 messages through that are sent at once, and each of them once', async () => {
    const person = await server().person();
    await set('user', person.user.id, turnsOnly(7));
    const { accepted, others } = await sendFifty(person, [person.client]);
    expect(accepted).toHaveLength(7);
    for (const { reply } of others) expect(expectExhausted(reply)).toMatch(/^Your 7 messages for today are used up\. /);
    for (const { client, sessionId, message, reply } of accepted) {
      const again = answered(await sendTo(client, sessionId, message), 200, turnAnswer);
      expect(again.turn_id).toBe(answered(reply, 202, turnAnswer).turn_id);
    }
    expect((await usageOf(person))[0]?.turns).toEqual({ limit: 7, used: 7, left: 0 });
    for (const { sessionId, reply } of accepted) {
      await untilEnded(person, sessionId, answered(reply, 202, turnAnswer).turn_id);
    }
    await checkInvariants(server().databasePath);
  });

  test('is one for two server processes on one data directory', async () => {
    const person = await server().person();
    await set('user', person.user.id, turnsOnly(11));
    const other = await server().startAnother();
    const clients = [person.client, new Client(other.url, person.client.token)];
    const { accepted, others } = await sendFifty(person, clients);
    expect(accepted).toHaveLength(11);
    for (const { reply } of others) expectExhausted(reply);
    for (const { sessionId, reply } of accepted) {
      await untilEnded(person, sessionId, answered(reply, 202, turnAnswer).turn_id);
    }
    await other.terminate();
    await checkInvariants(server().databasePath);
  });

  test('of a group is shared by its members, and its refusal names the group', async () => {
    const [one, two, outsider] = [await server().person(), await server().person(), await server().person()];
    const group = await newGroup(server().admin, [one, two]);
    await set('group', group.id, turnsOnly(3));
    await set('user', one.user.id, turnsOnly(2));
    const ofOne = await openSession(one);
    for (const reply of [
      await sendTo(one.client, ofOne.session_id, newMessage()),
      await sendTo(one.client, ofOne.session_id, newMessage()),
      await sendTo(two.client, (await openSession(two)).session_id, newMessage()),
      await sendTo(outsider.client, (await openSession(outsider)).session_id, newMessage()),
    ]) {
      expect(reply.status, reply.text).toBe(202);
    }
    expect(expectExhausted(await sendTo(one.client, ofOne.session_id, newMessage()))).toContain('Your 2 messages');
    const late = await sendTo(two.client, (await openSession(two)).session_id, newMessage());
    expect(expectExhausted(late)).toContain(`The 3 messages that you share with the group ${group.name} `);
    expect(await usageOf(two)).toMatchObject([
      { kind: 'group', group_name: group.name, turns: { limit: 3, used: 3, left: 0 }, tokens: { limit: null } },
    ]);
    const admins = answered(await server().admin.client.get(at('group', group.id)), 200, subjectBudget);
    expect(admins).toMatchObject({ own: turnsOnly(3), budgets: [{ turns: { used: 3, left: 0 } }] });
  });

  test('that is raised or removed holds for the next message', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    await set('user', person.user.id, turnsOnly(1));
    await ask(person, session_id, 'one');
    expectExhausted(await sendTo(person.client, session_id, newMessage()));
    await set('user', person.user.id, turnsOnly(2));
    await ask(person, session_id, 'two');
    expectExhausted(await sendTo(person.client, session_id, newMessage()));
    expect((await server().admin.client.delete(at('user', person.user.id))).status).toBe(204);
    await ask(person, session_id, 'three');
    expect(await usageOf(person)).toEqual([]);
  });

  test('refuses a call that waits for its answer too', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    await set('user', person.user.id, turnsOnly(1));
    expect((await person.client.post(`/api/sessions/${session_id}/chat`, { message: 'one' })).status).toBe(200);
    expectExhausted(await person.client.post(`/api/sessions/${session_id}/chat`, { message: 'two' }));
  });
});

describe('a budget of tokens', () => {
  test('counts what answers used, and refuses once that is all', async () => {
    const person = await server().person();
    await set('user', person.user.id, tokensOnly(1_000));
    const { session_id } = await openSession(person);
    server().model.next({ text: 'short', usage: { prompt_tokens: 600, completion_tokens: 40 } });
    expect((await ask(person, session_id, 'one')).state).toBe('done');
    expect((await usageOf(person))[0]?.tokens).toEqual({ limit: 1_000, used: 640, left: 360 });
    server().model.next({ text: 'short', usage: { prompt_tokens: 700, completion_tokens: 60 } });
    expect((await ask(person, session_id, 'two')).state, 'it was begun').toBe('done');
    expect((await usageOf(person))[0]?.tokens).toEqual({ limit: 1_000, used: 1_400, left: 0 });
    expect(expectExhausted(await sendTo(person.client, session_id, newMessage()))).toContain('Your 1,000 tokens');
  });

  test('is not raced past: while one answer holds what is left the others wait, and end as failed when it is used', async () => {
    const person = await server().person();
    await set('user', person.user.id, tokensOnly(500));
    const sessions = await Promise.all([1, 2, 3, 4, 5].map(() => openSession(person)));
    const before = server().model.requests.length;
    server().model.next({
      text: 'one word after the other',
      pieceDelayMs: 200,
      usage: { prompt_tokens: 480, completion_tokens: 60 },
    });
    const turns = await Promise.all(sessions.map(({ session_id }) => send(person, session_id, 'at once')));
    const ended = await Promise.all(
      turns.map(async ({ session_id, turn_id }) => stateOf(await untilEnded(person, session_id, turn_id), turn_id)),
    );
    expect(ended.filter((each) => each?.state === 'done')).toHaveLength(1);
    expect(ended.filter((each) => each?.state === 'failed' && each.code === 'budget_exhausted')).toHaveLength(4);
    expect(server().model.requests.length - before, 'calls of the model').toBe(1);
    expect((await usageOf(person))[0]?.tokens.used).toBe(540);
    await checkInvariants(server().databasePath);
  });

  test('keeps no reservation of a server that was killed: the attempt that takes over settles it', async () => {
    const person = await server().person();
    await set('user', person.user.id, tokensOnly(100_000));
    const { session_id } = await openSession(person);
    server().model.next({ text: 'the beginning is kept and the end comes later', stallAfter: 4 });
    const turn = await send(person, session_id, 'stall');
    const reserved = () =>
      queryDatabase(
        server().databasePath,
        'select reserved_tokens from budget_usage where subject_id = ?',
        person.user.id,
      )[0]?.reserved_tokens;
    await waitFor('the reservation', () => Number(reserved()) > 0);
    await waitFor('its first words', () => {
      const shown = queryDatabase(server().databasePath, 'select 1 from turn_journal where turn_id = ?', turn.turn_id);
      return shown.length > 0;
    });
    server().model.next({ text: 'An answer.', usage: { prompt_tokens: 50, completion_tokens: 5 } });
    await server().killAndStartAgain();
    const log = await untilEnded(person, session_id, turn.turn_id);
    expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
    expect(reserved()).toBe(0);
    const [budget] = await usageOf(person);
    expect(budget?.turns.used).toBe(1);
    expect(budget?.tokens.used, 'the second attempt’s, and what the first put out').toBeGreaterThan(55);
    await checkInvariants(server().databasePath);
  });
});

describe('budgets of administrators', () => {
  test('everybody’s is for each who has none of their own; it is listed, changed and removed', async () => {
    const { client } = server().admin;
    const [one, exempt] = [await server().person(), await server().person()];
    expect((await client.put(`${budgets}/everybody`, turnsOnly(1))).status).toBe(204);
    await set('user', exempt.user.id, { turns_per_day: null, tokens_per_day: null });
    try {
      const { session_id } = await openSession(one);
      await ask(one, session_id, 'one');
      expectExhausted(await sendTo(one.client, session_id, newMessage()));
      const ofExempt = await openSession(exempt);
      for (const text of ['one', 'two']) await ask(exempt, ofExempt.session_id, text);
      expect(await usageOf(exempt)).toMatchObject([{ kind: 'user', turns: { limit: null, used: 2, left: null } }]);
      const list = answered(await client.get(`${budgets}?limit=500`), 200, budgetList);
      expect(list.everybody).toEqual(turnsOnly(1));
      expect(list.renews_at).toBe(`${renewsAt(`${list.day}T12:00:00.000Z`)}`);
      expect(list.budgets.find((each) => each.subject_id === exempt.user.id)).toMatchObject({
        kind: 'user',
        name: exempt.username,
        turns_per_day: null,
        turns_used: 2,
      });
    } finally {
      for (const time of ['once', 'again']) {
        expect((await client.delete(`${budgets}/everybody`)).status, time).toBe(204);
      }
    }
    expect(answered(await client.get(budgets), 200, budgetList).everybody).toBeNull();
    expect(await usageOf(one)).toEqual([]);
  });

  test('what is set is in the audit log, with who set it, and nothing of what is personal', async () => {
    const person = await server().person();
    await set('user', person.user.id, turnsOnly(4));
    await server().admin.client.delete(at('user', person.user.id));
    await server().admin.client.delete(at('user', person.user.id));
    const records = queryDatabase(
      server().databasePath,
      'select action, actor_user_id as actor, facts from audit_log where object_id = ? order by position',
      person.user.id,
    );
    const actor = server().admin.user.id;
    expect(records.filter(({ action }) => String(action).startsWith('budget.'))).toEqual([
      { action: 'budget.put', actor, facts: JSON.stringify(turnsOnly(4)) },
      { action: 'budget.removed', actor, facts: '{}' },
    ]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty body', {}],
    ['one limit alone', { turns_per_day: 5 }],
    ['no limit at all', { turns_per_day: null, tokens_per_day: null }],
    ['a limit of zero', turnsOnly(0)],
    ['a limit below zero', turnsOnly(-1)],
    ['half a turn', turnsOnly(1.5)],
    ['a limit beyond what can be counted', tokensOnly(1e15)],
    ['a text', { turns_per_day: '5', tokens_per_day: null }],
    ['something else', { ...turnsOnly(5), turns_per_hour: 1 }],
  ])('are not set with %s', async (_name, body) => {
    const group = await newGroup(server().admin);
    for (const path of [at('group', group.id), `${budgets}/everybody`]) {
      refused(await server().admin.client.put(path, body), 400, 'bad_request');
    }
    expect(answered(await server().admin.client.get(at('group', group.id)), 200, subjectBudget)).toMatchObject({
      own: null,
      budgets: [],
    });
  });

  test('are of groups and users that are there', async () => {
    const { client } = server().admin;
    const group = await newGroup(server().admin);
    for (const path of [
      at('user', randomUUID()),
      at('group', randomUUID()),
      at('user', group.id),
      at('group', server().admin.user.id),
      `${budgets}/agent/${group.id}`,
      `${budgets}/user/admin`,
      `${budgets}/group/%00`,
    ]) {
      refused(await client.get(path), 404, 'not_found');
      refused(await client.put(path, turnsOnly(5)), 404, 'not_found');
      refused(await client.delete(path), 404, 'not_found');
    }
  });

  test('are set by administrators alone, and a person reads their own usage alone', async () => {
    const [person, other] = [await server().person('curator'), await server().person()];
    await set('user', other.user.id, turnsOnly(4));
    refused(await person.client.put(at('user', person.user.id), turnsOnly(99)), 403, 'forbidden');
    refused(await person.client.get(at('user', other.user.id)), 403, 'forbidden');
    refused(await person.client.get(budgets), 403, 'forbidden');
    expect(await usageOf(person)).toEqual([]);
  });
});
