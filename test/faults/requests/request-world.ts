import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { secondFactorRule } from '../../../src/contract/second-factor.ts';
import { answered } from '../../client.ts';
import { newCorpus, upload } from '../../documents.ts';
import { type GivenServer, openSession, type Person } from '../../given.ts';
import { newGroup } from '../../groups.ts';
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
    const [curator, administrator] = [this.#person('curator'), this.#person('administrator')];
    const corpus = await newCorpus(curator, `Corpus ${randomUUID()}`);
    const owners = ['member', 'curator', 'cookie'] as const;
    for (const owner of owners) {
      const { session_id: sessionId } = await openSession(this.#person(owner));
      this.#keep(owner, 'session', sessionId);
      this.#keep(owner, 'turn', (await ask(this.#person(owner), sessionId, 'When does the gate open?')).turn.turn_id);
    }
    this.#keep('curator', 'corpus', corpus.id);
    this.#keep(
      'curator',
      'document',
      await upload(curator, corpus.id, 'gate.md', `# Gate\n\nIt opens at seven. ${randomUUID()}`),
    );
    this.#keep('curator', 'group', (await newGroup(administrator)).id);
    const { user, username } = await this.#server.person();
    this.#keep('curator', 'user', user.id);
    this.#keep('curator', 'username', username);
    this.#keep('curator', 'agent', 'librarian');
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

  #keep(caller: Caller, thing: ThingName, id: string): void {
    const key = `${caller} ${thing}`;
    this.#things.set(key, [...(this.#things.get(key) ?? []), id].slice(-maxKept));
  }

  /** What the caller made; each fourth time, or where that is nothing, what a curator made. */
  #pick(caller: Caller, thing: ThingName): string {
    this.#uses += 1;
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
