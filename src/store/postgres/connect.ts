import { type ClientConfig, DatabaseError, types } from 'pg';

/** Where the database is, and what a connection to it is called there. */
export type Connecting = {
  /** `postgres://user:password@host:port/database`, with any parameter of libpq. */
  url: string;
  name: string;
  /** After which the server gives a statement up. */
  statementTimeoutMs?: number;
  /** What it begins with, and RESET goes back to. */
  settings?: Readonly<Record<string, string>>;
};

const connectTimeoutMs = 5_000;
/** A connection whose statement has no answer after this is given up: the server, or the way there, is gone. */
const answerTimeoutMs = 60_000;

/** What the store's columns hold, as SQLite gives it: numbers for every kind of integer and for truth, bytes for bytes, text for all else. */
const asNumber = (text: string) => Number(text);
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.BOOL]: (text) => (text === 't' ? 1 : 0),
  [types.builtins.INT2]: asNumber,
  [types.builtins.INT4]: asNumber,
  [types.builtins.INT8]: asNumber,
  [types.builtins.NUMERIC]: asNumber,
  [types.builtins.FLOAT4]: asNumber,
  [types.builtins.FLOAT8]: asNumber,
  [types.builtins.BYTEA]: (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
};
const asText = (text: string) => text;
/** How a value of a type, by PostgreSQL's number of it, is read. */
export const parserOf = (oid: number): ((text: string) => unknown) => parsers[oid] ?? asText;

/** What a client is opened with. A commit that returned is on the server's disk, whatever its defaults say; statements go out without
 *  waiting for the answer to the one before. */
export function clientConfig({ url, name, statementTimeoutMs, settings = {} }: Connecting): ClientConfig {
  return {
    connectionString: withSettings(url, settings),
    application_name: `perdure ${name}`,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: answerTimeoutMs,
    pipeline: true,
    ...(statementTimeoutMs !== undefined && { statement_timeout: statementTimeoutMs }),
    types: { getTypeParser: parserOf },
  };
}

/** The client lets what the address says stand over what it is told beside. */
function withSettings(url: string, settings: Readonly<Record<string, string>>): string {
  const given = Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`);
  if (given.length === 0) return url;
  const address = new URL(url);
  const before = address.searchParams.get('options');
  address.searchParams.set('options', [...(before === null ? [] : [before]), ...given].join(' '));
  return address.href;
}

/** Classes of SQLSTATE that say the database cannot be used at the moment: connections, resources, an operator at work, its own insides. */
const unavailableClasses = ['08', '53', '57', '58', 'XX'];
const lockTimedOut = '55P03';
const readOnly = '25006';
const stoodStill = '25P03';

const faults = [TypeError, RangeError, ReferenceError];

export function isUnavailable(error: Error): boolean {
  // Any other comes from the socket, or is a fault of this program.
  if (!(error instanceof DatabaseError)) return !faults.some((fault) => error instanceof fault);
  const code = error.code ?? '';
  return [lockTimedOut, readOnly, stoodStill].includes(code) || unavailableClasses.includes(code.slice(0, 2));
}
