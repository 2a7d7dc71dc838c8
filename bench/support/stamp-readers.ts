import { connect, type Socket } from 'node:net';
import { monotonicNs, readStamps } from './stamps.ts';

/** Readers of streams that note when each stamped piece reaches them, at the socket. */
export type StampReaders = {
  /** Opens one more stream; resolves at its first bytes, which must be those of a stream. */
  open(path: string): Promise<void>;
  /** Everything that arrived, in order: pairs of a piece's stamp and the moment it came. */
  readonly arrived: readonly { stamp: number; atNs: number }[];
  /** How many streams have had a piece. */
  readonly begun: number;
  /** Pieces that came twice, or before one that was made earlier. */
  readonly disordered: number;
  /** Turns that ended while they were read. */
  readonly ended: number;
  close(): void;
};

export function createStampReaders(url: URL, headers: Readonly<Record<string, string>>): StampReaders {
  const arrived: { stamp: number; atNs: number }[] = [];
  const sockets: Socket[] = [];
  let ended = 0;
  let begun = 0;
  let disordered = 0;
  // What is read is looked at before anything else is read, so one buffer serves all.
  const buffer = Buffer.alloc(256 * 1024);

  return {
    arrived,
    get begun() {
      return begun;
    },
    get ended() {
      return ended;
    },
    get disordered() {
      return disordered;
    },
    open(path) {
      return new Promise((resolve, reject) => {
        let rest = '';
        let last = 0;
        let isOpen = false;
        const read = (text: string, atNs: number) => {
          if (!isOpen) {
            isOpen = true;
            if (text.startsWith('HTTP/1.1 200')) resolve();
            else reject(new Error(`${path}: ${text.slice(0, 300)}`));
          }
          if (/"state":"(?:done|failed|cancelled|interrupted)"/.test(text)) ended += 1;
          const { stamps, rest: left } = readStamps(rest + text);
          rest = left;
          for (const stamp of stamps) {
            if (last === 0) begun += 1;
            if (stamp <= last) disordered += 1;
            last = stamp;
            arrived.push({ stamp, atNs });
          }
        };
        const socket = connect({
          host: url.hostname,
          port: Number(url.port),
          onread: {
            buffer,
            callback(bytes) {
              read(buffer.toString('latin1', 0, bytes), monotonicNs());
              return true;
            },
          },
        });
        sockets.push(socket);
        socket.once('error', reject);
        const lines = Object.entries({ host: url.host, accept: 'text/event-stream', ...headers });
        socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
      });
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
