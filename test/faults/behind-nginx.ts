import { findPostgres, noPostgres } from '../../src/store/conformance/find-postgres.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../../src/store/conformance/private-postgres.ts';
import { Client } from '../client.ts';
import type { Person } from '../given.ts';
import { findNginx, noNginx } from './find-nginx.ts';
import { Nginx } from './nginx.ts';
import { PostgresInstances, type PostgresInstancesOptions } from './postgres-instances.ts';

/** Servers on a PostgreSQL of their own behind nginx, which gives each request to the next of them. */
export class BehindNginx implements AsyncDisposable {
  readonly database: PrivatePostgres;
  /** Each by itself, for what nobody outside may do. */
  readonly instances: PostgresInstances;
  readonly nginx: Nginx;

  private constructor(made: Pick<BehindNginx, 'database' | 'instances' | 'nginx'>) {
    this.database = made.database;
    this.instances = made.instances;
    this.nginx = made.nginx;
  }

  static async start(count: number, options: PostgresInstancesOptions = {}): Promise<BehindNginx> {
    const database = await openPrivatePostgres();
    let instances: PostgresInstances | undefined;
    try {
      instances = await PostgresInstances.start(database, count, options);
      const nginx = await Nginx.start(instances.servers.map(({ url }) => url));
      return new BehindNginx({ database, instances, nginx });
    } catch (error) {
      await instances?.[Symbol.asyncDispose]();
      await database.close();
      throw error;
    }
  }

  /** A person's client as everybody has one: no two requests of it need be answered by the same server. */
  client({ client }: Person): Client {
    return new Client(this.nginx.url, client.token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nginx[Symbol.asyncDispose]();
    await this.instances[Symbol.asyncDispose]();
    await this.database.close();
  }
}

/** Why servers cannot be put behind nginx here; undefined where they can. */
export function noBehindNginx(): string | undefined {
  if (findPostgres() === undefined) return noPostgres;
  return findNginx() === undefined ? noNginx : undefined;
}
