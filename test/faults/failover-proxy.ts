import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Passes each connection to a server that takes it, as a reverse proxy in front of several does. Connections that are open stay where they are. */
export class FailoverProxy implements AsyncDisposable {
  readonly url: URL;
  /** Connections that no server took. */
  refused = 0;
  /** Connections that another server took than the first that was asked. */
  failedOver = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #targets: readonly URL[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (near) => void this.#pass(near));
  }

  static async start(): Promise<FailoverProxy> {
    // What a client has sent already waits until somebody takes its connection.
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FailoverProxy(server);
  }

  /** Where connections go from here on, the first that takes one. */
  lead(...targets: readonly URL[]): void {
    this.#targets = targets;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(near: Socket): Promise<void> {
    this.#keep(near);
    for (const [index, target] of this.#targets.entries()) {
      const far = await reach(target);
      if (!far) continue;
      if (index > 0) this.failedOver += 1;
      this.#keep(far);
      near.pipe(far);
      far.pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroySoon());
      return;
    }
    this.refused += 1;
    near.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Undefined when nobody listens there. */
function reach(target: URL): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(target.port), target.hostname);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
