import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Topic } from '../command.ts';

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

/** How often new processes are looked for. */
const lookEveryMs = 1_000;
/** A message is a list of topics; more without an end is no bell. */
const maxLineChars = 1_000;
/** The longest path a unix socket may have on every system. */
const maxSocketPath = 100;

/** Opens this process's bell and keeps a connection to that of each other; one that cannot be had is tried again. */
export function openBell(options: BellOptions): Bell {
  mkdirSync(options.folder, { recursive: true });
  const own = join(options.folder, `${options.instanceId}.sock`);
  const peers = new Map<string, Socket>();
  const callers = new Set<Socket>();
  const server = createServer((socket) => {
    callers.add(socket);
    socket.on('close', () => callers.delete(socket));
    socket.on('error', () => socket.destroy());
    listen(socket, options.onRing);
  });
  // Without a socket this process still learns of commits by asking the file.
  server.on('error', () => undefined);
  if (own.length <= maxSocketPath) server.listen(own);
  server.unref();

  function look(): void {
    for (const name of namesIn(options.folder)) {
      const path = join(options.folder, name);
      if (!name.endsWith('.sock') || path === own || peers.has(name) || path.length > maxSocketPath) continue;
      const socket = connect(path);
      peers.set(name, socket);
      socket.unref();
      socket.on('error', () => socket.destroy());
      socket.on('close', () => peers.delete(name));
    }
  }
  look();
  const timer = setInterval(look, lookEveryMs);
  timer.unref();

  return {
    ring(topics) {
      const line = `${topics.join(' ')}\n`;
      for (const socket of peers.values()) if (socket.writableLength < maxLineChars) socket.write(line);
    },
    close() {
      clearInterval(timer);
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
    const topics = new Set(text.slice(0, end).split(/[ \n]/).filter(isTopic));
    text = text.slice(end + 1);
    if (topics.size > 0) onRing([...topics]);
  });
}

const allTopics: ReadonlySet<string> = new Set<Topic>([
  'log',
  'journal',
  'sessions',
  'turns',
  'knowledge',
  'jobs',
  'access',
]);

function isTopic(text: string): text is Topic {
  return allTopics.has(text);
}
