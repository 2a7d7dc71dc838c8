import pino from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** One JSON line per fact: a stable event name, then ids and numbers, never bodies or secrets. */
export type Log = {
  debug(event: string, facts?: Record<string, unknown>): void;
  info(event: string, facts?: Record<string, unknown>): void;
  warn(event: string, facts?: Record<string, unknown>): void;
  error(event: string, facts?: Record<string, unknown>): void;
};

/** Writes to standard error, so that standard output stays free for what a person should read at the start. */
export function createLog(level: LogLevel): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, facts: Record<string, unknown> = {}) =>
      logger[name]({ event, ...facts });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
