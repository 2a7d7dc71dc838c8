import type { FakeOpenAiServer } from '../../src/models/testing/fake-openai-server.ts';
import { Client } from '../client.ts';
import { GivenServer, type Person } from '../given.ts';
import type { Row } from '../database.ts';
import type { ServerProcess } from '../server-process.ts';
import { claimsIn } from './claims-in.ts';
import type { Fleet } from './fleet.ts';
import { type Judged, judgedFolder } from './judge.ts';

export type InstancesOptions = {
  /** Settings of all of them. */
  env?: Readonly<Record<string, string>>;
  /** Settings of each that is started besides, in order. */
  beside: readonly Readonly<Record<string, string>>[];
};

/** Several servers on one data directory, as a rolling restart has them. They answer through one scripted model. */
export class Instances implements Fleet {
  readonly home: GivenServer;
  /** The one that made the data directory first. An ended one stays in its place until another takes it. */
  readonly servers: ServerProcess[];

  private constructor(home: GivenServer, beside: readonly ServerProcess[]) {
    this.home = home;
    this.servers = [home.process, ...beside];
  }

  /** Resolves when all of them listen. */
  static async start({ env = {}, beside }: InstancesOptions): Promise<Instances> {
    const home = await GivenServer.start({ withModel: true, env: { PERDURE_LOG_LEVEL: 'info', ...env } });
    const instances = new Instances(home, []);
    try {
      for (const own of beside) await instances.add(own);
      return instances;
    } catch (error) {
      await instances[Symbol.asyncDispose]();
      throw error;
    }
  }

  at(index: number): ServerProcess {
    const server = this.servers[index];
    if (!server) throw new Error(`there is no instance ${index}`);
    return server;
  }

  /** A person's client at one of them: a login is good at all. */
  client(index: number, { client }: Person): Client {
    return new Client(this.at(index).url, client.token);
  }

  /** Starts one more; gives its index. */
  async add(env: Readonly<Record<string, string>> = {}): Promise<number> {
    return this.servers.push(await this.home.startAnother(env)) - 1;
  }

  /** Starts another in the place of one that ended. */
  async replace(index: number, env: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.at(index).isAlive) throw new Error(`instance ${index} has not ended`);
    this.servers[index] = await this.home.startAnother(env);
  }

  /** Ids of the turns that an instance says it claimed, in order; those it claimed again are there again. */
  claimedBy(index: number): string[] {
    return claimsIn(this.at(index).log);
  }

  get model(): FakeOpenAiServer {
    return this.home.model;
  }

  person(): Promise<Person> {
    return this.home.person();
  }

  get judged(): Judged {
    return judgedFolder(this.home.dataDir);
  }

  query(sql: string): Promise<Row[]> {
    return this.judged.query(sql);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) if (server.isAlive) await server.kill();
    await this.home[Symbol.asyncDispose]();
  }
}
