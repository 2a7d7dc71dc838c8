import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../wait-for.ts';
import { findNginx, noNginx } from './find-nginx.ts';

const ready = new URL('../../deploy/nginx/perdure.conf', import.meta.url);

/** nginx in front of servers, with the configuration that operators get: requests go to one after the other, no matter whose. */
export class Nginx implements AsyncDisposable {
  readonly url: URL;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(made: { url: URL; folder: string; child: ChildProcess }) {
    this.url = made.url;
    this.#folder = made.folder;
    this.#child = made.child;
    this.#exited = new Promise((ended) => made.child.once('exit', ended));
  }

  /** Resolves when it answers. */
  static async start(servers: readonly URL[]): Promise<Nginx> {
    const program = findNginx();
    if (program === undefined) throw new Error(noNginx);
    const folder = await mkdtemp(join(tmpdir(), 'perdure-nginx-'));
    const url = new URL(`http://127.0.0.1:${await freePort()}`);
    await writeFile(join(folder, 'perdure.conf'), forTests(await readFile(ready, 'utf8'), url, servers));
    await writeFile(join(folder, 'nginx.conf'), mainConfig(folder));
    const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
    const child = spawn(program, args, { stdio: 'ignore' });
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    const nginx = new Nginx({ url, folder, child });
    try {
      await waitFor('nginx', async () => {
        if (child.exitCode !== null) throw new Error(await readFile(join(folder, 'error.log'), 'utf8'));
        return fetch(new URL('/healthz', url)).then(
          (reply) => reply.ok,
          () => false,
        );
      });
      return nginx;
    } catch (error) {
      await nginx[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      // At once, without waiting for streams.
      this.#child.kill('SIGTERM');
      await this.#exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The operators' file with the servers of a test, on a port of this machine, without certificates. */
function forTests(config: string, { port }: URL, servers: readonly URL[]): string {
  const [first = '', ...others] = config.match(/^ {2}server \d.*\n/gm) ?? [];
  const lines = servers.map(({ host }) => first.replace(/server \S+/, `server ${host}`));
  const replaced = others
    .reduce((text, line) => text.replace(line, ''), config)
    .replace(first, lines.join(''))
    .replace(/listen .*;/, `listen 127.0.0.1:${port};`)
    .replaceAll(/^ *ssl_.*\n/gm, '');
  if (replaced.includes('10.0.0.')) throw new Error('a server of the example is left in the configuration');
  return replaced;
}

/** What nginx needs beside it, all in one folder: no rights, no daemon. */
const mainConfig = (folder: string) => `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/perdure.conf;
}
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
