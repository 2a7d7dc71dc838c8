import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Passes bytes on to a server, and cuts each connection that asked for a path after a number of the answer's bytes. */
export class CuttingProxy {
  readonly url: URL;
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, options: CuttingOptions) {
    this.#server = server;
    const address = server.address() as AddressInfo;
    this.url = new URL(`http://127.0.0.1:${address.port}`);
    server.on('connection', (near) => this.#pass(near, options));
  }

  static async start(options: CuttingOptions): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new CuttingProxy(server, options);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(near: Socket, { to, path, everyBytes }: CuttingOptions): void {
    const far = connect(Number(to.port), to.hostname);
    let left = Number.POSITIVE_INFINITY;
    near.on('data', (bytes) => {
      if (bytes.toString('latin1').startsWith(`GET ${path}`)) left = everyBytes;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      near.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left > 0) return;
      this.cuts += 1;
      far.destroy();
      near.destroySoon();
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroySoon();
      });
    }
  }
}

type CuttingOptions = { to: URL; path: string; everyBytes: number };
