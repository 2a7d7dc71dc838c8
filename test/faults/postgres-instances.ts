import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as DatabaseClient } from 'pg';
import { readAnchors } from '../../src/admin/audit/anchor-files.ts';
import { systemClock } from '../../src/clock.ts';
import { byServer } from '../../src/contract/audit.ts';
import type { Role } from '../../src/contract/auth.ts';
import { newId } from '../../src/ids.ts';
import { FakeOpenAiServer } from '../../src/models/testing/fake-openai-server.ts';
import { openStore } from '../../src/store/conformance/open-postgres.ts';
import type { PrivatePostgres } from '../../src/store/conformance/private-postgres.ts';
import { clientConfig } from '../../src/store/postgres/connect.ts';
import { openSnapshot } from '../../src/store/postgres/snapshot.ts';
import { type CallOptions, Client, type Reply } from '../client.ts';
import type { Row } from '../database.ts';
import { type Person, signIn, storePerson } from '../given.ts';
import { verifySnapshot } from '../invariants.ts';
import { ServerProcess } from '../server-process.ts';
import type { SseReader } from '../sse-reader.ts';
import { claimsIn } from './claims-in.ts';
import type { Fleet } from './fleet.ts';
import type { Judged } from './judge.ts';

const adminPassword = 'only in tests 2026';

export type PostgresInstancesOptions = {
  env?: Readonly<Record<string, string>>;
  /** Is told where the database is, and gives where each server finds it. */
  before?: (databaseUrl: string) => Promise<(databaseUrl: string, index: number) => string>;
};

/** Servers with data directories of their own on one PostgreSQL database, as a balancer has them behind it. They answer through one
 *  scripted model. */
export class PostgresInstances implements Fleet {
  readonly databaseUrl: string;
  readonly model: FakeOpenAiServer;
  /** An ended one stays in its place until it is started again. */
  readonly servers: ServerProcess[] = [];
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #urlOf: (databaseUrl: string, index: number) => string;
  #turn = 0;

  private constructor(
    made: Pick<PostgresInstances, 'databaseUrl' | 'model'> & {
      folder: string;
      env: Readonly<Record<string, string>>;
      urlOf(databaseUrl: string, index: number): string;
    },
  ) {
    const { databaseUrl, model, folder, env, urlOf } = made;
    this.databaseUrl = databaseUrl;
    this.model = model;
    this.#folder = folder;
    this.#urlOf = urlOf;
    this.#env = {
      PERDURE_SECRET: 'the same for every instance of a test',
      PERDURE_ADMIN_PASSWORD: adminPassword,
      PERDURE_MODEL_BASE_URL: model.url,
      PERDURE_MODEL: 'scripted',
      PERDURE_MODEL_CONTINUES: '1',
      PERDURE_LOG_LEVEL: 'info',
      ...env,
    };
  }

  /** Resolves when all of them listen.
   *  @param options  `env` holds settings of all of them */
  static async start(
    postgres: PrivatePostgres,
    count: number,
    { env = {}, before }: PostgresInstancesOptions = {},
  ): Promise<PostgresInstances> {
    const folder = await mkdtemp(join(tmpdir(), 'perdure-instances-'));
    const databaseUrl = await postgres.newDatabase();
    const model = await FakeOpenAiServer.start();
    const urlOf = (await before?.(databaseUrl)) ?? String;
    const instances = new PostgresInstances({ databaseUrl, model, folder, env, urlOf });
    try {
      await instances.#withoutHandbook();
      for (let index = 0; index < count; index++) await instances.start(index);
      return instances;
    } catch (error) {
      await instances[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts an instance in its data directory, for the first time or, at the same address, after it ended. */
  async start(index: number, own: Readonly<Record<string, string>> = {}): Promise<void> {
    const dataDir = this.dataDir(index);
    await mkdir(dataDir, { recursive: true });
    // A file where the model's folder would be: the processor stays free.
    await writeFile(join(dataDir, 'models'), '');
    const env = { ...this.#env, PERDURE_DATABASE_URL: this.#urlOf(this.databaseUrl, index), ...own };
    const port = Number(this.servers[index]?.url.port ?? 0);
    this.servers[index] = await ServerProcess.start({ dataDir, port, env });
  }

  at(index: number): ServerProcess {
    const server = this.servers[index];
    if (!server) throw new Error(`there is no instance ${index}`);
    return server;
  }

  /** A person's client at one of them. */
  client(index: number, { client }: Person): Client {
    return new Client(this.at(index).url, client.token);
  }

  /** Ids of the turns that an instance says it claimed, in order; those of its last start alone. */
  claimedBy(index: number): string[] {
    return claimsIn(this.at(index).log);
  }

  /** The person with a client whose every request goes to the next instance that lives. */
  inTurn(person: Person): Person {
    const next = () => {
      do this.#turn += 1;
      while (!this.at(this.#turn % this.servers.length).isAlive);
      return this.client(this.#turn % this.servers.length, person);
    };
    return { ...person, client: new ClientInTurn(person.client, next) };
  }

  signIn(index: number): Promise<Person> {
    return signIn(this.at(index).url, 'admin', adminPassword);
  }

  /** Somebody who is signed in: a member, unless told. */
  async person(role?: Role): Promise<Person> {
    const store = await openStore(this.databaseUrl);
    try {
      return await storePerson(store, this.at(0).url, role);
    } finally {
      await store.close();
    }
  }

  get judged(): Judged {
    return {
      verify: async (applied) => {
        const anchors = await Promise.all(this.servers.map((_each, index) => readAnchors(this.dataDir(index))));
        return verifySnapshot(await openSnapshot(this.databaseUrl), anchors.flat(), applied);
      },
      query: (sql) => this.query(sql),
    };
  }

  /** Rows of the database, read beside the servers. */
  async query(sql: string): Promise<Row[]> {
    const client = new DatabaseClient(clientConfig({ url: this.databaseUrl, name: 'test' }));
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) if (server.isAlive) await server.kill();
    await this.model.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Where an instance keeps what is its own. */
  dataDir(index: number): string {
    return join(this.#folder, String(index));
  }

  /** As a store that has had its handbook. */
  async #withoutHandbook(): Promise<void> {
    const store = await openStore(this.databaseUrl);
    const value = { corpusId: newId(), isImported: true };
    await store.write.putSetting({ by: byServer, key: 'knowledge.handbook', value, at: systemClock.now() });
    await store.close();
  }
}

class ClientInTurn extends Client {
  readonly #next: () => Client;

  constructor({ url, token }: Client, next: () => Client) {
    super(url, token);
    this.#next = next;
  }

  override call(method: string, path: string, options?: CallOptions): Promise<Reply> {
    return this.#next().call(method, path, options);
  }

  override open(path: string, options?: CallOptions): Promise<SseReader | Reply> {
    return this.#next().open(path, options);
  }
}
