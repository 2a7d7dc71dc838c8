import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { compose, type Server } from './compose.ts';
import { ConfigError, readConfig } from './config.ts';
import { AppError } from './errors.ts';
import { answerClientError } from './http/client-error.ts';

/** What a drain may take beyond the time that running turns have. */
const lastStepsMs = 15_000;

/** argv -> config -> compose -> listen -> drain on SIGTERM. */
async function main(): Promise<void> {
  const told = listenForSignals();
  // Room for new objects stays small in every thread: loading the agent runtime would else leave 130 MB of it behind.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--max-semi-space-size=4');
  // Old objects are looked through before many more have come: garbage is most of what a stream would cost.
  setFlagsFromString('--heap-growing-percent=10');
  // What it writes is for its own user alone.
  process.umask(0o077);
  process.env.ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS = 'false';
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const config = readConfig(process.env);
  const server = await compose(config, version);
  if (told.end.aborted) {
    // A generated password is told at this start or never.
    if (server.firstAdministrator) process.stdout.write(`Perdure was ended before it listened${signIn(server)}\n`);
    return end(server, 0, told.hurry);
  }
  server.http.on('clientError', answerClientError);
  const address = await listen(server, config.host, config.port);
  const shown = new URL(config.publicUrl);
  if (shown.port === '0') shown.port = String(address.port);
  process.stdout.write(`${firstLine(shown.origin, server)}\n`);
  server.startWork();

  // No request may end the process: what nobody caught is logged, and the work goes on.
  process.on('uncaughtException', (error) => server.log.error('uncaught', { reason: String(error) }));
  process.on('unhandledRejection', (error) => server.log.error('unhandled', { reason: String(error) }));
  const drain = () => void end(server, config.drainMs, told.hurry);
  if (told.end.aborted) drain();
  else told.end.addEventListener('abort', drain, { once: true });
}

/** SIGTERM and SIGINT: the first ends the server in order, one more ends it without waiting for what runs. */
function listenForSignals(): { end: AbortSignal; hurry: AbortSignal } {
  const [first, second] = [new AbortController(), new AbortController()];
  const onSignal = () => (first.signal.aborted ? second : first).abort();
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return { end: first.signal, hurry: second.signal };
}

/** Drains and exits: with 0 when everything was finished or handed over. */
async function end(server: Server, maxMs: number, hurry: AbortSignal): Promise<void> {
  const overdue = setTimeout(() => {
    server.log.error('drain_overdue');
    process.exit(1);
  }, maxMs + lastStepsMs);
  try {
    await server.drain(maxMs, hurry);
    process.exit(0);
  } catch (error) {
    server.log.error('drain_failed', { reason: String(error) });
    process.exit(1);
  } finally {
    clearTimeout(overdue);
  }
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.http.once('error', reject);
    server.http.listen(port, host, () => resolve(server.http.address() as AddressInfo));
  });
}

/** The one line a person needs: where it listens, and at the very first start who may sign in. */
function firstLine(url: string, server: Server): string {
  return `Perdure listens on ${url}${signIn(server)}`;
}

function signIn({ firstAdministrator: first }: Server): string {
  if (!first) return '';
  const password = first.generatedPassword ?? 'the one in PERDURE_ADMIN_PASSWORD';
  return ` - sign in as ${first.username} with password ${password}${first.generatedPassword ? ' (shown only now)' : ''}`;
}

function fail(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof AppError;
  const text = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Perdure did not start: ${text}\n`);
  process.exit(1);
}

await main().catch(fail);
