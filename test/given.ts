import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/clock.ts';
import { byServer } from '../src/contract/audit.ts';
import { type LoginAnswer, loginAnswer, type Role } from '../src/contract/auth.ts';
import { type Session, session as sessionShape } from '../src/contract/sessions.ts';
import { newId, newSecret, sha256 } from '../src/ids.ts';
import { FakeOpenAiServer } from '../src/models/testing/fake-openai-server.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/store/store.ts';
import { answered, Client } from './client.ts';
import { ServerProcess } from './server-process.ts';

const adminPassword = 'only in tests 2026';

export type ServerOptions = {
  env?: Readonly<Record<string, string>>;
  /** Answers through a scripted endpoint, `server.model`; else the server quotes from its documents. */
  withModel?: boolean;
  /** What Node runs instead of src/main.ts. */
  program?: URL;
  /** A folder to keep everything in, instead of one made for the server. */
  dataDir?: string;
};

/** Somebody who is signed in. */
export type Person = { username: string; user: LoginAnswer['user']; client: Client };

/** A server on a data directory of its own, which is gone afterwards. */
export class GivenServer implements AsyncDisposable {
  readonly dataDir: string;
  readonly adminPassword = adminPassword;
  /** The scripted endpoint; asked only by a server that was started `withModel`. */
  readonly model: FakeOpenAiServer;
  process: ServerProcess;
  admin: Person;
  readonly #env: Readonly<Record<string, string>>;
  readonly #program: { program?: URL };
  #store: Store | undefined;
  readonly #others: ServerProcess[] = [];

  private constructor(made: {
    dataDir: string;
    model: FakeOpenAiServer;
    process: ServerProcess;
    env: Readonly<Record<string, string>>;
    program: { program?: URL };
    admin: Person;
  }) {
    this.dataDir = made.dataDir;
    this.model = made.model;
    this.process = made.process;
    this.#env = made.env;
    this.#program = made.program;
    this.admin = made.admin;
  }

  static async start({
    env = {},
    withModel = false,
    dataDir: folder,
    ...program
  }: ServerOptions = {}): Promise<GivenServer> {
    const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'perdure-test-')));
    const model = await FakeOpenAiServer.start();
    const settings = {
      PERDURE_ADMIN_PASSWORD: adminPassword,
      ...(withModel && { PERDURE_MODEL_BASE_URL: model.url, PERDURE_MODEL: 'scripted' }),
      ...env,
    };
    // A file where the model's folder would be: this machine cannot build the embedder, and the processor stays free.
    await writeFile(join(dataDir, 'models'), '');
    let started: ServerProcess | undefined;
    try {
      await withoutHandbook(dataDir);
      started = await ServerProcess.start({ dataDir, env: settings, ...program });
      const admin = await signIn(started.url, 'admin', adminPassword);
      return new GivenServer({ dataDir, model, process: started, env: settings, program, admin });
    } catch (error) {
      await started?.kill();
      await model.close();
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): URL {
    return this.process.url;
  }

  get databasePath(): string {
    return join(this.dataDir, 'perdure.db');
  }

  /** A client that is nobody. */
  get anonymous(): Client {
    return new Client(this.url);
  }

  /** A user who is signed in.
   *  @param at  when they signed in and were seen last; this moment unless told */
  async person(role: Role = 'member', at = systemClock.now()): Promise<Person> {
    this.#store ??= await openSqliteStore({ path: this.databasePath, clock: systemClock });
    return storePerson(this.#store, this.url, role, at);
  }

  /** One more login of somebody this server made, on another device. */
  async signInAgain(person: Person, userAgent = ''): Promise<Client> {
    this.#store ??= await openSqliteStore({ path: this.databasePath, clock: systemClock });
    const token = await storeLogin(this.#store, person.user.id, systemClock.now(), userAgent);
    return new Client(this.url, token);
  }

  /** Starts the server again on the same data and port; tokens stay good. The old process must have ended. */
  async startAgain(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.process.exited;
    await this.#closeStore();
    const port = Number(this.url.port);
    this.process = await ServerProcess.start({
      dataDir: this.dataDir,
      port,
      env: { ...this.#env, ...env },
      ...this.#program,
    });
  }

  /** Another process on the same data, on a port of its own; it ends with this server. */
  async startAnother(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const settings = { ...this.#env, ...env };
    const started = await ServerProcess.start({ dataDir: this.dataDir, env: settings, ...this.#program });
    this.#others.push(started);
    return started;
  }

  /** kill -9, then a start on the same data and port. */
  async killAndStartAgain(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.process.kill();
    await this.startAgain(env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [this.process, ...this.#others]) if (each.isAlive) await each.kill();
    await this.#closeStore();
    await this.model.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** After a kill the server is to find its file as it would alone: recovered from the write-ahead log. */
  async #closeStore(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }
}

export async function signIn(url: URL, username: string, password: string): Promise<Person> {
  const reply = await new Client(url).post('/api/auth/login', { username, password });
  const { access_token, user } = answered(reply, 200, loginAnswer);
  return { username, user, client: new Client(url, access_token) };
}

/** A user who is signed in, stored by the store's own commands: hashing passwords takes most of a second each. */
export async function storePerson(
  store: Store,
  url: URL,
  role: Role = 'member',
  at = systemClock.now(),
): Promise<Person> {
  const userId = newId();
  const username = `${role}-${randomBytes(4).toString('hex')}`;
  await store.write.createUser({
    by: byServer,
    userId,
    username,
    displayName: username,
    role,
    passwordHash: noPassword,
    at,
  });
  const token = await storeLogin(store, userId, at);
  const user = { id: userId, username, display_name: username, role };
  return { username, user, client: new Client(url, token) };
}

/** What no password has as its hash. */
const noPassword = 'no password fits';

async function storeLogin({ write }: Store, userId: string, at: string, userAgent = ''): Promise<string> {
  const token = newSecret();
  await write.putLoginToken({
    tokenId: newId(),
    tokenHash: sha256(token),
    userId,
    verifiedHash: noPassword,
    expiresAt: new Date(systemClock.nowMs() + 86_400_000).toISOString(),
    userAgent,
    address: '',
    at,
  });
  return token;
}

/** A store that has had its handbook: reading all of it at each start would take more time than the tests. */
export async function withoutHandbook(dataDir: string): Promise<void> {
  const store = await openSqliteStore({ path: join(dataDir, 'perdure.db'), clock: systemClock });
  const value = { corpusId: newId(), isImported: true };
  await store.write.putSetting({ by: byServer, key: 'knowledge.handbook', value, at: systemClock.now() });
  await store.close();
}

/** A new session of a person. */
export async function openSession(person: Person, body?: Record<string, unknown>): Promise<Session> {
  return answered(await person.client.post('/api/sessions', body), 201, sessionShape);
}
