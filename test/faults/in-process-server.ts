import { writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import { compose, type Server } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import type { Model } from '../../src/models/model.ts';
import type { Store } from '../../src/store/store.ts';
import { KillSwitch } from './kill-switch.ts';
import { type Tap, tapStore } from './store-tap.ts';

export type InProcessOptions = {
  dataDir: string;
  model: Model;
  clock?: Clock;
  /** Decides over each of the server's store calls. */
  tap?: Tap;
};

/** The whole product in this process, by `compose`, on a port of its own: nothing is left out but the handlers of signals. */
export class InProcessServer {
  readonly url: URL;
  /** The store beside the server's taps: what a test does with it is none of the server's doing. */
  readonly store: Store;
  readonly switch: KillSwitch;
  readonly #server: Server;
  readonly #dataDir: string;

  private constructor(server: Server, store: Store, killSwitch: KillSwitch, dataDir: string) {
    const { port } = server.http.address() as AddressInfo;
    this.url = new URL(`http://127.0.0.1:${port}`);
    this.store = store;
    this.switch = killSwitch;
    this.#server = server;
    this.#dataDir = dataDir;
  }

  static async start({ dataDir, model, clock, tap }: InProcessOptions): Promise<InProcessServer> {
    const config = readConfig({ PERDURE_DATA_DIR: dataDir, PERDURE_PORT: '0', PERDURE_LOG_LEVEL: 'silent' });
    const killSwitch = new KillSwitch();
    let opened: Store | undefined;
    const server = await compose(config, 'in-process', {
      model,
      ...(clock && { clock }),
      openEmbedder: () => Promise.reject(new Error('No embedder: the processor stays free.')),
      wrapStore: (store) => {
        opened = store;
        return killSwitch.wrap(tap ? tapStore(store, tap) : store);
      },
    });
    if (!opened) throw new Error('the server was composed without its store');
    await new Promise<void>((resolve, reject) => {
      server.http.once('error', reject);
      server.http.listen(0, '127.0.0.1', resolve);
    });
    server.startWork();
    return new InProcessServer(server, opened, killSwitch, dataDir);
  }

  /** As SIGTERM ends it. */
  drain(maxMs: number): Promise<void> {
    return this.#server.drain(maxMs);
  }

  /** As SIGKILL ends it, see KillSwitch. Resolves when its handles are closed and its presence is free. */
  async kill(): Promise<void> {
    this.switch.kill();
    const { http } = this.#server;
    if ('closeAllConnections' in http) http.closeAllConnections();
    const instances = join(this.#dataDir, 'instances');
    const before = await readdir(instances);
    // With its store gone this writes nothing: it stops timers and closes handles.
    await this.#server.drain(0);
    // A killed process leaves its lock behind, empty and free.
    const after = new Set(await readdir(instances));
    for (const name of before) if (name.endsWith('.lock') && !after.has(name)) writeFileSync(join(instances, name), '');
  }
}
