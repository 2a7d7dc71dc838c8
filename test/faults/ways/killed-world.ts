import { setTimeout as pause } from 'node:timers/promises';
import type { SMTPServerOptions } from 'smtp-server';
import { TestSite } from '../../../src/http/testing/test-site.ts';
import { TestMailServer } from '../../../src/mail/testing/mail-server.ts';
import { FakeVectorsServer } from '../../../src/models/testing/fake-vectors-server.ts';
import { queryDatabase } from '../../database.ts';
import { GivenServer } from '../../given.ts';
import { TestProvider } from '../../oidc.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders } from '../answers.ts';
import type { Tally } from '../attack.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { setAmpleBudgets } from './ample-budgets.ts';
import { embedderOf } from './embedding.ts';
import { ways } from './index.ts';
import { type KillPoint, nameOf } from './kill-point.ts';
import { newMessage } from './message.ts';
import { untilKilled } from './until-killed.ts';
import type { Ask, Deed, World } from './way.ts';

const pieceDelayMs = 15;

/** A data directory whose server is killed at one point after the other, and judged after each. */
export class KilledWorld implements World, AsyncDisposable {
  readonly server: GivenServer;
  readonly provider: TestProvider;
  readonly mail: TestMailServer;
  readonly site: TestSite;
  readonly vectors: FakeVectorsServer;
  readonly history = new History();
  readonly #closers: (() => Promise<void>)[] = [];
  #number = 0;
  #hasEmbedder = false;

  private constructor(made: Pick<World, 'server' | 'provider' | 'mail' | 'site' | 'vectors'>) {
    this.server = made.server;
    this.provider = made.provider;
    this.mail = made.mail;
    this.site = made.site;
    this.vectors = made.vectors;
  }

  static async begin(): Promise<KilledWorld> {
    const provider = await TestProvider.start();
    const mail = await TestMailServer.start({ onRcptTo: refuseNobody });
    const site = await TestSite.start();
    const env = { PERDURE_LOG_LEVEL: 'error', PERDURE_DRAIN_SECONDS: '1', ...provider.env, ...mail.env, ...site.env };
    const server = await GivenServer.start({ withModel: true, env });
    answerOrders(server.model, { pieceDelayMs, continues: false });
    await setAmpleBudgets(server);
    const vectors = await FakeVectorsServer.start();
    vectors.instead = ({ model, texts }) =>
      model?.startsWith('broken') && texts[0] !== 'dimensions' ? { status: 401, text: '' } : undefined;
    return new KilledWorld({ server, provider, mail, site, vectors });
  }

  readonly ask: Ask = (sql, ...values) => queryDatabase(this.server.databasePath, sql, ...values);
  readonly number = () => ++this.#number;

  atEnd(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async dieAt(point: string, act: () => Promise<unknown>): Promise<void> {
    await this.#dieAt(point, act);
  }

  /** What leads to the command is done, cut off by the kill, and done again.
   *  @returns false when something else came of it: then this world is as nobody expects it, and no good for another point */
  async killAt(point: KillPoint, tally: Tally): Promise<boolean> {
    const breaches = tally.breaches.length;
    try {
      await this.#strike(point, tally);
    } catch (error) {
      tally.breaches.push(`${nameOf(point)}: ${String(error)}`);
    }
    if (this.#hasEmbedder) await this.server.process.kill();
    this.#hasEmbedder = false;
    if (!this.server.process.isAlive) await this.server.startAgain();
    return tally.breaches.length === breaches;
  }

  /** Lets everything end, and judges the whole. */
  async end(tally: Tally): Promise<void> {
    try {
      const last = await newMessage(this, { isLong: false });
      await last.send();
      await last.untilDone();
      const unfinished = `select 1 from turns where state in ('queued', 'running', 'waiting_approval')
        union all select 1 from jobs where state in ('queued', 'running')`;
      // What was read meanwhile waits for the embedder that was set last.
      await this.server.process.kill();
      await this.server.startAgain(embedderOf(this, 'last'));
      await waitFor('the end of all work', () => this.ask(unfinished).length === 0);
    } catch (error) {
      tally.breaches.push(String(error));
    }
    await this.#judge('at the end', tally);
    tally.acknowledged += this.history.acknowledged;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers) await close();
    await this.server[Symbol.asyncDispose]();
    await this.provider.close();
    await this.mail.close();
    await this.site.close();
    await this.vectors[Symbol.asyncDispose]();
  }

  async #strike(point: KillPoint, tally: Tally): Promise<void> {
    const way = ways[point.name];
    if (way.place === 'first start') throw new Error(`${point.name} is part of a first start`);
    const deed = await way.prepare(this);
    if (way.place === 'adk program') {
      await deed.act(nameOf(point)).then(
        () => Promise.reject(new Error('the point was not reached')),
        () => undefined,
      );
      tally.faults += 1;
      await this.#checkCut(point, deed, tally);
    } else {
      if (this.server.process.isAlive) await this.server.process.kill();
      this.#hasEmbedder = deed.env !== undefined;
      const pass = nameOf(point, 1 + (way.runsBefore ?? 0));
      const act = async () => {
        if (way.runsBefore) await pause(startRunsMs);
        await deed.act();
      };
      const { isAcknowledged } = await this.#dieAt(pass, act, deed.env);
      tally.faults += 1;
      await this.#checkCut(point, deed, tally);
      if (isAcknowledged && way.isAnswered && point.moment === 'before') {
        tally.breaches.push(`${nameOf(point)}: it was acknowledged before its commit`);
      }
      await this.server.startAgain(deed.env);
    }
    await deed.act();
    await deed.check();
    await this.#judge(`${nameOf(point)} and once more`, tally);
  }

  /** What a kill left: the command as a whole or nothing of it. */
  async #checkCut(point: KillPoint, deed: Deed, tally: Tally): Promise<void> {
    await this.#judge(nameOf(point), tally);
    const wanted = point.moment === 'after';
    if (deed.isStored(this.ask) !== wanted) {
      tally.breaches.push(`${nameOf(point)}: the command is ${wanted ? 'not ' : ''}in the store`);
    }
  }

  async #judge(when: string, tally: Tally): Promise<void> {
    const { lost, doubled, breaches } = await judge(this.server.dataDir, this.history);
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches.map((breach) => `${when}: ${breach}`));
  }

  async #dieAt(point: string, act: () => Promise<unknown>, env = {}): Promise<{ isAcknowledged: boolean }> {
    if (this.server.process.isAlive) await this.server.process.kill();
    const start = async () => {
      await this.server.startAgain({ ...env, PERDURE_TEST_KILL_AT: point });
      return this.server.process;
    };
    try {
      return await untilKilled(start, act);
    } finally {
      if (this.server.process.isAlive) await this.server.process.kill();
    }
  }
}

/** What a start runs by itself takes milliseconds once it listens. */
const startRunsMs = 500;

/** The mail server knows nobody whose name begins so. */
const refuseNobody: NonNullable<SMTPServerOptions['onRcptTo']> = ({ address }, _session, done) =>
  done(address.startsWith('nobody') ? new Error('No such person here') : null);
