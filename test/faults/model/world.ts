import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Model } from '../../../src/models/model.ts';
import { queryDatabase } from '../../database.ts';
import { type Person, storePerson, withoutHandbook } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { History } from '../history.ts';
import { InProcessServer } from '../in-process-server.ts';
import type { Moment } from '../kill-switch.ts';
import type { StoreCall } from '../store-tap.ts';
import { plannedModel } from './plan.ts';

/** A request that is under way when the server is killed: the kill falls before or after the commit of the wanted command. */
export type UnderWay = { moment: Moment; isWanted(call: StoreCall): boolean; request(): Promise<unknown> };

type Standing = { underWay: UnderWay | undefined; resolve(): void; reject(error: unknown): void };

/** A data directory and whichever server serves it. Several lanes of runs use it at once, each with people and sessions of its own:
 *  composing a server costs a second of the processor, so a kill waits until every lane that is left stands at one. */
export class World implements AsyncDisposable {
  readonly history = new History();
  readonly dataDir: string;
  /** Kills as the lanes met them. */
  crashes = 0;
  /** From each listening line until nothing that ran before the kill was left without an owner. */
  readonly takenOverMs: number[] = [];
  readonly #model: Model;
  #server: InProcessServer;
  #lanes = 0;
  #standing: Standing[] = [];

  private constructor(dataDir: string, model: Model, server: InProcessServer) {
    this.dataDir = dataDir;
    this.#model = model;
    this.#server = server;
  }

  static async open(options: { continues: boolean }): Promise<World> {
    const dataDir = await mkdtemp(join(tmpdir(), 'perdure-model-'));
    await withoutHandbook(dataDir);
    const model = plannedModel(options.continues);
    return new World(dataDir, model, await InProcessServer.start({ dataDir, model }));
  }

  get url(): URL {
    return this.#server.url;
  }

  person(): Promise<Person> {
    return storePerson(this.#server.store, this.url);
  }

  enter(): void {
    this.#lanes += 1;
  }

  leave(): void {
    this.#lanes -= 1;
    this.#killIfAllStand();
  }

  /** Resolves when the server was killed, another one listens, and it has taken over every turn that ran. */
  crash(underWay?: UnderWay): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#standing.push({ underWay, resolve, reject });
      this.#killIfAllStand();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.drain(0);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  #killIfAllStand(): void {
    if (this.#standing.length === 0 || this.#standing.length < this.#lanes) return;
    const standing = this.#standing;
    this.#standing = [];
    this.#kill(standing).then(
      () => standing.forEach(({ resolve }) => resolve()),
      (error: unknown) => standing.forEach(({ reject }) => reject(error)),
    );
  }

  async #kill(standing: readonly Standing[]): Promise<void> {
    await Promise.all(
      standing.map(async ({ underWay }) => {
        if (!underWay) return;
        const reached = this.#server.switch.hold(underWay.moment, underWay.isWanted);
        await Promise.race([reached, underWay.request()]);
      }),
    );
    await this.#server.kill();
    this.crashes += standing.length;
    const ran = this.#running();
    this.#server = await InProcessServer.start({ dataDir: this.dataDir, model: this.#model });
    const listeningMs = performance.now();
    await waitFor('every turn taken over', () => ![...this.#running()].some((attempt) => ran.has(attempt)));
    this.takenOverMs.push(performance.now() - listeningMs);
  }

  /** The attempts under way, by the store. */
  #running(): Set<string> {
    const rows = queryDatabase(
      join(this.dataDir, 'perdure.db'),
      `select turn_id, attempt from turns where state = 'running'`,
    );
    return new Set(rows.map((row) => `${row.turn_id} ${row.attempt}`));
  }
}
