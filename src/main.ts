import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { compose, type Server } from './compose.ts';
import { ConfigError, readConfig } from './config.ts';
import { AppError } from './errors.ts';
import { answerClientError } from './http/client-error.ts';

/** argv -> config -> compose -> listen -> drain on SIGTERM. */
async function main(): Promise<void> {
  // Room for new objects stays small in every thread: loading the agent runtime would else leave 130 MB of it behind.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--max-semi-space-size=4');
  // What it writes is for its own user alone.
  process.umask(0o077);
  process.env.ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS = 'false';
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const config = readConfig(process.env);
  const server = await compose(config, version);
  server.http.on('clientError', answerClientError);
  const address = await listen(server, config.host, config.port);
  const shown = new URL(config.publicUrl);
  if (shown.port === '0') shown.port = String(address.port);
  process.stdout.write(`${firstLine(shown.origin, server)}\n`);
  server.startWork();

  // No request may end the process: what nobody caught is logged, and the work goes on.
  process.on('uncaughtException', (error) => server.log.error('uncaught', { reason: String(error) }));
  process.on('unhandledRejection', (error) => server.log.error('unhandled', { reason: String(error) }));
  let draining: Promise<void> | undefined;
  const stop = () => {
    draining ??= server.drain(config.drainMs).then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.http.once('error', reject);
    server.http.listen(port, host, () => resolve(server.http.address() as AddressInfo));
  });
}

/** The one line a person needs: where it listens, and at the very first start who may sign in. */
function firstLine(url: string, { firstAdministrator: first }: Server): string {
  if (!first) return `Perdure listens on ${url}`;
  const password = first.generatedPassword ?? 'the one in PERDURE_ADMIN_PASSWORD';
  return `Perdure listens on ${url} - sign in as ${first.username} with password ${password}${first.generatedPassword ? ' (shown only now)' : ''}`;
}

function fail(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof AppError;
  const text = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Perdure did not start: ${text}\n`);
  process.exit(1);
}

await main().catch(fail);
