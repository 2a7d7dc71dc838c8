import { afterEach, describe, expect, test } from 'vitest';
import { type Usage, usageReport } from '../../src/contract/usage.ts';
import { answered, refused } from '../client.ts';
import { openSession } from '../given.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';

const server = sharedServer({ withModel: true });
afterEach(() => server().model.always({}));

const look = async (query = ''): Promise<Usage> =>
  answered(await server().admin.client.get(`/api/admin/usage${query}`), 200, usageReport);
const put = (body: unknown) => server().admin.client.put('/api/admin/usage/prices', body);
const exported = async (query: string) => {
  const reply = await server().admin.client.get(`/api/admin/usage/export?${query}`);
  expect(reply.status).toBe(200);
  return reply.text.split('\r\n');
};

describe('usage', () => {
  test('a question and its answer are in every count of their day, agent and group, and what was said in none', async () => {
    const before = await look();
    const person = await server().person();
    const { id: groupId } = await newGroup(server().admin, [person], `Group ${person.username}`);
    const { session_id } = await openSession(person);
    await ask(person, session_id, 'What is the secret word?');
    const after = await look();
    const last = after.rows.at(-1);
    expect([after.by, after.rows.length, last?.key]).toEqual(['day', 30, after.to]);
    expect(after.total.turns).toBe(before.total.turns + 1);
    expect(after.total.people).toBe(before.total.people + 1);
    expect(last).toMatchObject({ turns: after.total.turns, people: after.total.people, name: null });

    const row = (await look('?by=group')).rows.find(({ key }) => key === groupId);
    expect(row).toMatchObject({
      name: `Group ${person.username}`,
      sessions: 1,
      turns: 1,
      answered: 1,
      unanswered: 1,
      people: 1,
    });
    expect(row?.input_tokens).toBeGreaterThan(0);
    expect(row?.answer_ms?.turns).toBe(1);
    expect(row?.first_text_ms?.p50).toBeLessThanOrEqual(row?.answer_ms?.p50 ?? 0);
    const ofAgent = (await look('?by=agent')).rows.find(({ key }) => key === 'librarian');
    expect(ofAgent).toMatchObject({ name: 'Librarian', turns: after.total.turns });
    const ofGroup = await look(`?group_id=${groupId}`);
    expect(ofGroup.of).toEqual({ kind: 'group', id: groupId, name: `Group ${person.username}` });
    expect([ofGroup.total.turns, ofGroup.rows.at(-1)?.turns]).toEqual([1, 1]);
    for (const usage of [after, ofGroup, await look('?by=group'), await look('?by=corpus')]) {
      const text = JSON.stringify(usage);
      for (const said of ['secret', session_id, person.user.id]) expect(text).not.toContain(said);
    }
  });

  test('without prices there is no cost; with them it is what the tokens cost, and tokens without a price are named', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    await ask(person, session_id, 'How much?');
    const { total, models, prices } = await look();
    expect([total.cost_micros, prices]).toEqual([null, null]);
    expect(total.unpriced_tokens).toBe(total.input_tokens + total.output_tokens);
    const [used] = models;
    if (!used) throw new Error('a model was used');
    const price = { model: used.model, input_per_million: 2.5, output_per_million: 10 };
    expect((await put({ currency: 'EUR', models: [price] })).status).toBe(204);
    const priced = (await look()).total;
    expect(priced.cost_micros).toBe(Math.round(used.input_tokens * 2.5 + used.output_tokens * 10));
    expect(priced.unpriced_tokens).toBe(total.unpriced_tokens - used.input_tokens - used.output_tokens);
    const cost = await exported('chart=cost');
    expect(cost[0]).toBe('"day","cost_micros","unpriced_tokens","currency"');
    expect(cost.at(-2)).toContain('"EUR"');
    expect((await put({ currency: 'EUR', models: [] })).status).toBe(204);
    expect((await look()).total.cost_micros).toBeNull();
    refused(await put({ currency: 'euro', models: [] }), 400, 'bad_request');
    refused(await put({ currency: 'EUR', models: [price, price] }), 400, 'bad_request');
    refused(await put({ currency: 'EUR', models: [{ ...price, input_per_million: -1 }] }), 400, 'bad_request');
  });

  test('a chart comes as CSV in which a name is no formula, and the export is on record', async () => {
    const person = await server().person();
    const name = `=HYPERLINK("x") ${person.username}`;
    const { id: groupId } = await newGroup(server().admin, [person], name);
    await ask(person, (await openSession(person)).session_id, 'Anything?');
    const lines = await exported('chart=turns&by=group');
    expect(lines[0]).toBe('"group_id","group_name","answered","failed","stopped"');
    expect(lines).toContain(`"${groupId}","'${name.replaceAll('"', '""')}","1","0","0"`);
    const records = await server().admin.client.get('/api/admin/audit?action=usage.exported');
    expect(records.text).toContain('"chart":"turns","by":"group"');
  });

  test('a range that is none, or too long, or of two things at once is refused', async () => {
    for (const query of [
      '?from=2026-02-02&to=2026-02-01',
      '?from=2025-01-01&to=2026-06-01',
      '?from=2026-02-30',
      '?agent_id=a&group_id=b',
      '?agent_id=a&by=agent',
      '?by=person',
      '?person=a',
    ]) {
      refused(await server().admin.client.get(`/api/admin/usage${query}`), 400, 'bad_request');
    }
    const year = await look('?from=2025-11-26&to=2026-11-26');
    expect(year.rows).toHaveLength(366);
    expect(year.rows[0]).toMatchObject({ key: '2025-11-26', turns: 0, cost_micros: null, answer_ms: null });
  });

  test('an erased person leaves counts and no name', async () => {
    const person = await server().person();
    const { id: groupId } = await newGroup(server().admin, [person], `Leaving ${person.username}`);
    await ask(person, (await openSession(person)).session_id, 'Who am I?');
    const before = await look(`?group_id=${groupId}`);
    const admin = server().admin.client;
    const reply = await admin.post(`/api/admin/users/${person.user.id}/erase`, { corpora: 'keep' });
    expect(reply.status).toBe(202);
    expect((await look(`?group_id=${groupId}`)).total).toEqual(before.total);
  });
});
