import { createServer, type Server, type Socket } from 'node:net';
import { encodeMessage, ownStatements, splitMessages, type WireMessage } from './wire-messages.ts';

/** The one session of a database: takes messages of the protocol, gives all of the answer. */
export type Session = (messages: Uint8Array) => Promise<Uint8Array>;

type Connection = { id: string; socket: Socket; isStarted: boolean; came: Buffer; unit: Buffer[] };
type Unit = { connection: Connection; bytes: Buffer };

/** What a client is told after its first message; none is asked for a password. */
const greeting = Buffer.concat(
  [
    { letter: 'R', body: Buffer.alloc(4) },
    { letter: 'S', body: Buffer.from('client_encoding\0UTF8\0') },
    { letter: 'S', body: Buffer.from('server_encoding\0UTF8\0') },
    { letter: 'S', body: Buffer.from('standard_conforming_strings\0on\0') },
    { letter: 'K', body: Buffer.alloc(8) },
    { letter: 'Z', body: Buffer.from('I') },
  ].map(encodeMessage),
);

/** Serves many connections from one session: what a client sends up to a Sync is one unit, and while a transaction is open its
 *  connection alone has the session. A notification goes to everybody. Locks of the session are everybody's, and what a client
 *  sets for its session holds for all: nothing about two sessions can be shown here. */
export function shareSession(session: Session): Server {
  const connections = new Set<Connection>();
  const waiting: Unit[] = [];
  let owner: Connection | undefined;
  let isRunning = false;
  let made = 0;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (;;) {
      const at = waiting.findIndex(({ connection }) => owner === undefined || connection === owner);
      const [unit] = at < 0 ? [] : waiting.splice(at, 1);
      if (!unit) break;
      await runUnit(unit);
    }
    isRunning = false;
  }

  async function runUnit({ connection, bytes }: Unit): Promise<void> {
    const { messages } = splitMessages(Buffer.from(await session(bytes)));
    const answer: Buffer[] = [];
    for (const message of messages) {
      if (message.letter === 'A') tellAll(message);
      else answer.push(encodeMessage(message));
      if (message.letter === 'Z') owner = message.body.toString() === 'I' ? undefined : connection;
    }
    if (connections.has(connection)) connection.socket.write(Buffer.concat(answer));
    else if (owner === connection) undo(connection);
  }

  function tellAll(notification: WireMessage): void {
    for (const { isStarted, socket } of connections) if (isStarted) socket.write(encodeMessage(notification));
  }

  /** Ends the transaction of a client that left, before anybody else's turn. */
  function undo(connection: Connection): void {
    waiting.unshift({ connection, bytes: encodeMessage({ letter: 'Q', body: Buffer.from('rollback\0') }) });
  }

  function take(connection: Connection, data: Buffer): void {
    connection.came = Buffer.concat([connection.came, data]);
    if (!connection.isStarted && !start(connection)) return;
    const { messages, rest } = splitMessages(connection.came);
    connection.came = rest;
    for (const message of messages) {
      if (message.letter === 'X') return void connection.socket.end();
      connection.unit.push(encodeMessage(ownStatements(message, connection.id)));
      if (message.letter !== 'S' && message.letter !== 'Q') continue;
      waiting.push({ connection, bytes: Buffer.concat(connection.unit.splice(0)) });
    }
    void run();
  }

  /** The first message has no letter. @returns whether it came whole */
  function start(connection: Connection): boolean {
    const { came } = connection;
    if (came.length < 4 || came.length < came.readUInt32BE(0)) return false;
    connection.came = came.subarray(came.readUInt32BE(0));
    connection.isStarted = true;
    connection.socket.write(greeting);
    return true;
  }

  function forget(connection: Connection): void {
    connections.delete(connection);
    for (let i = waiting.length - 1; i >= 0; i--) if (waiting[i]?.connection === connection) waiting.splice(i, 1);
    if (owner === connection && !isRunning) undo(connection);
    void run();
  }

  return createServer((socket) => {
    made += 1;
    const connection: Connection = { id: `c${made}`, socket, isStarted: false, came: Buffer.alloc(0), unit: [] };
    connections.add(connection);
    socket.on('data', (data: Buffer) => take(connection, data));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => forget(connection));
  });
}
