import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a proxy does to the connections through it. It may change at any moment, for those that are open too. */
export type Weather = {
  /** Where to cut the answer to what the near side just said; asked at each of its writes. Undefined leaves it as it was. */
  cutAfter?(said: string): Cut | undefined;
  /** Milliseconds that bytes wait, in both directions. */
  delayMs?: number;
  /** New connections are reset. */
  refuses?: boolean;
  /** Connections stay open and nothing comes through any more, as when a middlebox forgot them: neither side is told. */
  isHalfOpen?: boolean;
};

/** After so many bytes of the answer; `inCharacter` goes on to the next place that is inside a character of UTF-8. */
export type Cut = { bytes: number; inCharacter?: boolean };

/** An address, or a socket in a folder. */
export type Far = URL | { path: string };

/** A proxy for any TCP server on this machine, between it and whoever connects: it passes bytes on, and it is the bad network. */
export class TcpProxy {
  readonly url: URL;
  weather: Weather;
  cuts = 0;
  /** Of these, the ones that parted a character of UTF-8. */
  cutsInCharacter = 0;
  refused = 0;
  /** Connections that went half-open. */
  lost = 0;
  readonly #server: Server;
  readonly #to: Far;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, to: Far, weather: Weather) {
    this.#server = server;
    this.#to = to;
    this.weather = weather;
    const address = server.address() as AddressInfo;
    this.url = new URL(`http://127.0.0.1:${address.port}`);
    server.on('connection', (near) => this.#accept(near));
  }

  static async start(to: Far, weather: Weather = {}): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, to, weather);
  }

  /** Cuts every connection at this moment. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(near: Socket): void {
    if (this.weather.refuses) {
      this.refused += 1;
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    this.#pass(near);
  }

  #pass(near: Socket): void {
    const far = this.#to instanceof URL ? connect(Number(this.#to.port), this.#to.hostname) : connect(this.#to);
    let left = Number.POSITIVE_INFINITY;
    let inCharacter = false;
    let isLost = false;
    const mayPass = () => {
      if (this.weather.isHalfOpen && !isLost) this.lost += 1;
      isLost ||= this.weather.isHalfOpen ?? false;
      return !isLost;
    };
    const onward = this.#queue();
    const back = this.#queue();
    const answer = (bytes: Buffer) => {
      const place = cutPlace(bytes, Math.max(0, left), inCharacter);
      left -= bytes.length;
      near.write(bytes.subarray(0, place));
      if (place === undefined) return;
      this.cuts += 1;
      if (isContinuation(bytes[place])) this.cutsInCharacter += 1;
      far.destroy();
      near.destroySoon();
    };
    near.on('data', (bytes) => {
      const cut = this.weather.cutAfter?.(bytes.toString('latin1'));
      if (cut) [left, inCharacter] = [cut.bytes, cut.inCharacter ?? false];
      if (mayPass()) onward(() => far.write(bytes));
    });
    far.on('data', (bytes) => {
      if (mayPass()) back(() => answer(bytes));
    });
    for (const [socket, other, queue] of [
      [near, far, onward],
      [far, near, back],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (mayPass()) queue(() => other.destroySoon());
      });
    }
  }

  /** Does work in the order it came, each once its delay is over. */
  #queue(): (work: () => void) => void {
    const waiting: (() => void)[] = [];
    const next = () => waiting.shift()?.();
    return (work) => {
      waiting.push(work);
      const delayMs = this.weather.delayMs ?? 0;
      if (delayMs > 0 || waiting.length > 1) setTimeout(next, delayMs);
      else next();
    };
  }
}

/** Where in these bytes to cut; undefined when the place comes later. */
function cutPlace(bytes: Buffer, from: number, inCharacter: boolean): number | undefined {
  if (!inCharacter) return from < bytes.length ? from : undefined;
  const place = bytes.findIndex((byte, index) => index >= from && isContinuation(byte));
  return place < 0 ? undefined : place;
}

/** Whether a byte is inside a character of UTF-8. */
const isContinuation = (byte: number | undefined) => byte !== undefined && byte >= 0x80 && byte < 0xc0;
