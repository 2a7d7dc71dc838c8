import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Reply } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { GivenServer, openSession, signIn } from '../given.ts';
import { ask } from '../turns.ts';

/** S12: everything secret bears a mark, goes in by every door, right and wrong, through a kill, and is looked for where it must not be. What the
 *  levels between say, `trace` says too. The name of a field that nobody knows is told to whoever sent it; its value is not. */
test.each(['trace', 'error'])(
  'at level %s no secret and no person’s text is in logs, metrics and errors',
  { timeout: 300_000 },
  async (level) => {
    await using server = await GivenServer.start({ withModel: true, env: { PERDURE_LOG_LEVEL: level } });
    const mark = `mark${randomBytes(6).toString('hex')}`;
    const of = (what: string) => `${mark} ${what}`;
    const errors: Reply[] = [];
    const failing = async (reply: Promise<Reply>) => {
      const got = await reply;
      expect(got.status).toBeGreaterThanOrEqual(400);
      errors.push(got);
    };
    const { client: admin } = server.admin;
    const [username, password] = [`user-${randomBytes(4).toString('hex')}`, of('password')];
    await admin.post('/api/admin/users', { username, password, role: 'curator' });
    const person = await signIn(server.url, username, password);
    const token = person.client.token ?? '';
    const { client } = person;
    const nobody = server.anonymous;

    await failing(nobody.post('/api/auth/login', { username, password: of('wrong password') }));
    await failing(nobody.post('/api/auth/login', { username: of('nobody'), password }));
    await failing(nobody.post('/api/auth/login', { username, password, role: of('value') }));
    await failing(nobody.post('/api/auth/login', { username: { name: password }, password: [password] }));
    await failing(nobody.call('POST', '/api/auth/login', { body: `{"password":"${password}`, headers: json }));
    await failing(nobody.get('/api/auth/me', { headers: { cookie: `perdure=${mark}`, 'user-agent': forged(mark) } }));
    await failing(nobody.get('/api/auth/me', { headers: { authorization: `Bearer ${mark}` } }));
    await failing(nobody.get(`/api/nothing/${mark}?token=${mark}`));
    await failing(client.get(`/api/sessions/${mark}?q=${mark}`));
    await failing(client.get(`/api/sessions?cursor=${mark}`));
    await failing(client.get(`/api/sessions?limit=${mark}`));
    await failing(client.post('/api/search', { query: of('query'), limit: of('limit') }));
    await failing(client.post('/api/sessions', { agent_id: of('agent') }));
    await failing(client.post('/api/sessions', { title: of('title'), corpora: of('corpus') }));

    const corpus = await newCorpus(person, `Corpus ${mark}`);
    const documentId = await upload(
      person,
      corpus.id,
      `${mark}\r\nevent: forged.md`,
      `# ${mark}\n\nThe gate. ${of('text')}`,
    );
    await untilRead(person, documentId);
    await untilRead(person, await upload(person, corpus.id, `${mark}.pdf.md`, `\u0000${mark}`).catch(() => documentId));
    await client.post('/api/search', { query: of('query') });

    const session = await openSession(person, { title: of('title') });
    server.model.next(
      { status: 400, body: JSON.stringify({ error: { message: of('of the provider') } }) },
      { text: '', toolCalls: [{ id: 'a', name: 'search_corpora', arguments: `{"query": "${mark}` }] },
      { text: '', toolCalls: [{ id: 'b', name: mark, arguments: '{}' }] },
      { text: of('answer'), garbageAfter: 1 },
      { text: of('answer'), errorAfter: { pieces: 1, error: { message: of('of the provider'), code: 400 } } },
    );
    server.model.always({ text: of('answer') });
    for (let n = 0; n < 5; n++) await ask(person, session.session_id, `${of('message')}\r\n{"event":"forged"}`);
    await failing(
      client.post(`/api/sessions/${session.session_id}/turns`, { text: of('message'), client_turn_id: mark }),
    );

    const metrics = (await nobody.get('/metrics')).text;
    const firstLog = server.process.log;
    await server.killAndStartAgain();
    await ask(person, session.session_id, of('message'));
    const places = {
      metrics,
      log: `${firstLog}${server.process.log}`,
      errors: errors.map(({ text }) => text).join('\n'),
    };
    for (const [place, text] of Object.entries(places)) {
      for (const secret of [mark, token, password]) expect(linesWith(text, secret), place).toEqual([]);
    }
    const lines = places.log.split('\n').filter((line) => line !== '');
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ event: expect.not.stringContaining('forged') as string });
    if (level !== 'error') expect(lines.length).toBeGreaterThan(20);
  },
);

const json = { 'content-type': 'application/json' };
const forged = (mark: string) => `agent "} {"event":"forged","mark":"${mark}"`;
const linesWith = (text: string, secret: string) => text.split('\n').filter((line) => line.includes(secret));
