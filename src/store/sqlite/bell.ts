import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { allTopics, type Topic } from '../command.ts';

/** Tells the other processes on the same data directory that something was committed. A hint, and never the only way to learn of it. */
export type Bell = {
  ring(topics: readonly Topic[]): void;
  close(): void;
};

export type BellOptions = {
  /** Where every process has its socket, `<instance>.sock`. */
  folder: string;
  instanceId: string;
  onRing(topics: readonly Topic[]): void;
};

/** How often processes are looked for that could not be reached when they or this one came. */
const lookEveryMs = 1_000;
/** What a process that went may have left undone. Told when its connection closes, and once more a moment later: the sockets and the
 *  presence lock of a killed process are freed one after the other. */
const leftBehind: readonly Topic[] = ['turns', 'jobs'];
const onceMoreMs = 50;
/** A message is a list of topics; more without an end is no bell. */
const maxLineChars = 1_000;
/** The longest path a unix socket may have on every system. */
const maxSocketPath = 100;

/** Opens this process's bell and keeps a connection to that of each other; one that cannot be had is tried again. It rings by itself
 *  when another process goes. */
export function openBell(options: BellOptions): Bell {
  mkdirSync(options.folder, { recursive: true });
  const own = join(options.folder, `${options.instanceId}.sock`);
  const peers = new Map<string, Socket>();
  const callers = new Set<Socket>();
  const server = createServer((socket) => {
    callers.add(socket);
    socket.on('close', () => {
      callers.delete(socket);
      peerWent();
    });
    socket.on('error', () => socket.destroy());
    listen(socket, options.onRing);
    // Whoever calls has a bell that this process may not know yet.
    look();
  });
  // Without a socket this process still learns of commits by asking the file.
  server.on('error', () => undefined);
  // Callers look for this bell in return, so it is there before they are called.
  if (own.length <= maxSocketPath) server.listen(own, look);
  server.unref();
  let closed = false;
  let onceMore: NodeJS.Timeout | undefined;

  function peerWent(): void {
    if (closed) return;
    options.onRing(leftBehind);
    clearTimeout(onceMore);
    onceMore = setTimeout(() => options.onRing(leftBehind), onceMoreMs).unref();
  }

  function look(): void {
    if (closed) return;
    for (const name of namesIn(options.folder)) {
      const path = join(options.folder, name);
      if (!name.endsWith('.sock') || path === own || peers.has(name) || path.length > maxSocketPath) continue;
      const socket = connect(path);
      peers.set(name, socket);
      socket.unref();
      let wasConnected = false;
      socket.on('connect', () => (wasConnected = true));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        peers.delete(name);
        if (wasConnected) peerWent();
      });
    }
  }
  const timer = setInterval(look, lookEveryMs);
  timer.unref();

  return {
    ring(topics) {
      const line = `${topics.join(' ')}\n`;
      for (const socket of peers.values()) if (socket.writableLength < maxLineChars) socket.write(line);
    },
    close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(onceMore);
      server.close();
      for (const socket of [...peers.values(), ...callers]) socket.destroy();
      rmSync(own, { force: true });
    },
  };
}

/** A folder that somebody removed has no peers in it; `/readyz` says that it is gone. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function listen(socket: Socket, onRing: BellOptions['onRing']): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      if (text.length > maxLineChars) socket.destroy();
      return;
    }
    const rung = new Set(text.slice(0, end).split(/[ \n]/).filter(isTopic));
    text = text.slice(end + 1);
    if (rung.size > 0) onRing([...rung]);
  });
}

const topics: ReadonlySet<string> = new Set(allTopics);

function isTopic(text: string): text is Topic {
  return topics.has(text);
}
