import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { accountLogins } from '../../../src/contract/account.ts';
import { brandingState } from '../../../src/contract/branding.ts';
import { newInvitation, newReset } from '../../../src/contract/links.ts';
import { secondFactorRule } from '../../../src/contract/second-factor.ts';
import { newAgent, newAgentTest } from '../../agents.ts';
import { answered } from '../../client.ts';
import { newCorpus, untilRead, upload } from '../../documents.ts';
import { keepQuestion, measured } from '../../evaluation.ts';
import { type GivenServer, openSession, type Person } from '../../given.ts';
import { newGroup } from '../../groups.ts';
import { heldSession } from '../../holds.ts';
import { newKey } from '../../keys.ts';
import { tokenIn } from '../../links.ts';
import { newEndpoint } from '../../model-endpoints.ts';
import { shareWith } from '../../sharing.ts';
import { ask } from '../../turns.ts';
import { type Caller, type GeneratedRequest, markOf, type ThingName, thingNames } from './generated-request.ts';
import type { RawReply } from './send-raw.ts';

/** What generated requests may name, and who makes them. Requests delete and lock out as they please: `renew` makes again what is missing. */
export class RequestWorld implements AsyncDisposable {
  readonly #server: GivenServer;
  readonly #people = new Map<Caller, Person>();
  /** What each caller made of each kind, the newest last. Sessions are reached by their owner alone, so everybody's own come first. */
  readonly #things = new Map<string, string[]>();
  #uses = 0;

  private constructor(server: GivenServer) {
    this.#server = server;
  }

  static async make(server: GivenServer): Promise<RequestWorld> {
    const world = new RequestWorld(server);
    await world.renew();
    return world;
  }

  /** The request with what is there in place of its marks, and with its caller's credential. */
  fill({ caller, method, path, headers, body }: GeneratedRequest) {
    this.#uses += 1;
    const text = body && Buffer.from(body).toString('latin1');
    const filled =
      text === undefined ? undefined : this.#fill(text, caller, (mark) => Buffer.from(mark).toString('latin1'));
    return {
      method,
      path: this.#fill(path, caller, (mark) => mark),
      headers: [...this.#credential(caller), ...headers],
      ...(filled !== undefined && { body: Buffer.from(filled, 'latin1') }),
    };
  }

  /** Takes note of what a request made. */
  learn({ operation, caller }: GeneratedRequest, reply: RawReply): void {
    const kind = made[`${operation.method} ${operation.path}`];
    if (kind === undefined || reply === 'cut' || reply.status >= 300 || reply.text === '') return;
    const answer = z.looseObject({ [kind.field]: z.string().optional() }).safeParse(JSON.parse(reply.text));
    const id = answer.data?.[kind.field];
    if (typeof id === 'string') this.#keep(caller, kind.thing, id);
  }

  async renew(): Promise<void> {
    // Requests may have set rules for everybody. Those who come next have no second factor, and have much to ask.
    const { client } = this.#server.admin;
    answered(await client.put('/api/admin/second-factor', { required_for: [] }), 200, secondFactorRule);
    const lifted = await client.delete('/api/admin/budgets/everybody');
    assert.equal(lifted.status, 204, lifted.text);
    for (const [caller, role] of [
      ['member', 'member'],
      ['curator', 'curator'],
      ['administrator', 'administrator'],
      ['cookie', 'curator'],
    ] as const) {
      const person = this.#people.get(caller);
      const me = person && JSON.parse((await person.client.get('/api/auth/me')).text);
      if (me?.role !== role) this.#people.set(caller, await this.#server.person(role));
    }
    await this.#makeSessions();
    await this.#makeKnowledge();
    await this.#makeAdministration();
  }

  async #makeSessions(): Promise<void> {
    for (const owner of ['member', 'curator', 'cookie'] as const) {
      const { session_id: sessionId } = await openSession(this.#person(owner));
      this.#keep(owner, 'session', sessionId);
      this.#keep(owner, 'turn', (await ask(this.#person(owner), sessionId, 'When does the gate open?')).turn.turn_id);
      if (owner === 'curator') await shareWith(this.#person(owner), sessionId, this.#person('cookie'), 'write');
      if (owner === 'member')
        this.#keep('curator', 'hold', await heldSession(this.#person('administrator'), sessionId));
    }
  }

  async #makeKnowledge(): Promise<void> {
    const curator = this.#person('curator');
    const corpus = await newCorpus(curator, `Corpus ${randomUUID()}`);
    const text = `# Gate\n\nIt opens at seven. ${randomUUID()}`;
    const document = await upload(curator, corpus.id, 'gate.md', text);
    this.#keep('curator', 'corpus', corpus.id);
    this.#keep('curator', 'document', document);
    await untilRead(curator, document);
    this.#keep('curator', 'question', await keepQuestion(curator, corpus.id, 'When does it open?', document));
    this.#keep('curator', 'run', (await measured(curator, corpus.id)).run_id);
  }

  async #makeAdministration(): Promise<void> {
    const administrator = this.#person('administrator');
    const { client } = administrator;
    this.#keep('curator', 'group', (await newGroup(administrator)).id);
    const agent = await newAgent(administrator);
    this.#keep('curator', 'agent', agent.id);
    this.#keep('curator', 'agent_test', await newAgentTest(administrator, agent.definition));
    const where = { base_url: this.#server.model.url, models: ['scripted'] };
    const endpoint = this.#keep('curator', 'endpoint', (await newEndpoint(administrator, where)).id);
    // There may be few of them.
    if (endpoint !== undefined) await client.delete(`/api/admin/models/endpoints/${endpoint}`);
    this.#keep('curator', 'endpoint_url', where.base_url);
    const invited = answered(await client.post('/api/admin/invitations', { role: 'member' }), 201, newInvitation);
    this.#keep('curator', 'invitation', invited.id);
    this.#keep('curator', 'invitation_token', tokenIn(invited.link));
    const { version, logo } = answered(await client.get('/api/admin/branding'), 200, brandingState);
    if (version !== null) this.#keep('curator', 'branding', version);
    if (logo) this.#keep('curator', 'logo', logo.version);
    const other = await this.#server.person('curator');
    this.#keep('curator', 'user', other.user.id);
    this.#keep('curator', 'username', other.username);
    const reset = answered(await client.post(`/api/admin/users/${other.user.id}/reset`), 201, newReset);
    this.#keep('curator', 'reset_token', tokenIn(reset.link));
    await this.#keepLoginAndKey('administrator', other);
    for (const caller of ['curator', 'cookie'] as const) await this.#keepLoginAndKey(caller, this.#person(caller));
  }

  /** @param caller  who may end them */
  async #keepLoginAndKey(caller: Caller, owner: Person): Promise<void> {
    await this.#server.signInAgain(owner);
    const { logins } = answered(await owner.client.get('/api/account/logins'), 200, accountLogins);
    this.#keep(caller, 'login', logins.find((each) => !each.is_current)?.id ?? '');
    const key = this.#keep(caller, 'key', (await newKey(owner)).id);
    if (key !== undefined) await owner.client.delete(`/api/account/keys/${key}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#people.clear();
  }

  #person(caller: Caller): Person {
    const person = this.#people.get(caller);
    if (!person) throw new Error(`Nobody is ${caller}`);
    return person;
  }

  #credential(caller: Caller): [string, string][] {
    if (caller === 'anonymous') return [];
    if (caller === 'stale') return [['authorization', `Bearer ${'A'.repeat(43)}`]];
    const token = this.#person(caller).client.token ?? '';
    if (caller !== 'cookie') return [['authorization', `Bearer ${token}`]];
    return [
      ['cookie', `perdure=${token}`],
      ['sec-fetch-site', 'same-origin'],
    ];
  }

  /** @returns the one that nobody will name any more */
  #keep(caller: Caller, thing: ThingName, id: string): string | undefined {
    const key = `${caller} ${thing}`;
    const all = [...(this.#things.get(key) ?? []), id];
    this.#things.set(key, all.slice(-maxKept));
    return all.at(-1 - maxKept);
  }

  /** What the caller made; each fourth time, or where that is nothing, what a curator made. Within one request, what was made together. */
  #pick(caller: Caller, thing: ThingName): string {
    const own = this.#uses % 4 === 0 ? [] : (this.#things.get(`${caller} ${thing}`) ?? []);
    const ids = own.length > 0 ? own : (this.#things.get(`curator ${thing}`) ?? []);
    return ids.at(-1 - (Math.floor(this.#uses / 4) % ids.length)) ?? '';
  }

  #fill(text: string, caller: Caller, written: (mark: string) => string): string {
    let filled = text;
    for (const name of thingNames) {
      filled = filled.replaceAll(written(markOf(name)), () => this.#pick(caller, name));
    }
    return filled;
  }
}

/** Old ones stay a while: what was deleted is asked for too. */
const maxKept = 4;

/** Which route makes what, and which field of its answer names it. */
const made: Readonly<Record<string, { thing: ThingName; field: string }>> = {
  'post /api/sessions': { thing: 'session', field: 'session_id' },
  'post /api/sessions/{id}/turns': { thing: 'turn', field: 'turn_id' },
  'post /api/corpora': { thing: 'corpus', field: 'id' },
  'post /api/corpora/{corpus_id}/documents': { thing: 'document', field: 'document_id' },
  'post /api/corpora/{corpus_id}/documents/from-address': { thing: 'document', field: 'document_id' },
  'post /api/admin/users': { thing: 'user', field: 'id' },
  'post /api/admin/groups': { thing: 'group', field: 'id' },
};
