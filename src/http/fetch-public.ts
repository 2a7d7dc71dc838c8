import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { AppError } from '../errors.ts';
import { isPublicAddress } from './public-address.ts';

export type FetchOptions = {
  /** Of the body, in bytes; more is a fault. */
  maxBytes: number;
  /** Of everything, redirects included, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
};

/** What tests replace: where names lead, which addresses and ports may be asked. */
export type FetchPorts = {
  resolve(hostname: string): Promise<readonly string[]>;
  isAllowed(address: string): boolean;
  ports: ReadonlySet<number>;
};

export type Fetched = { url: URL; status: number; mediaType: string; body: Buffer };

const maxRedirects = 3;
const internet: FetchPorts = {
  resolve: async (hostname) => (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address),
  isAllowed: isPublicAddress,
  ports: new Set([80, 443]),
};

/** Reads what stands at an address of the public internet, so that nobody reaches through this server what it alone reaches. The address is
 *  parsed once; its name is resolved once, every address it has must be allowed, and the connection goes to the very address that was
 *  checked. Each redirect, three at most, is checked in the same way. No proxy of the environment is asked, and no credential is sent.
 *  @throws AppError bad_request, with what is wrong in a sentence */
export async function fetchPublic(text: string, options: FetchOptions, ports = internet): Promise<Fetched> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  let url = parseUrl(text, ports);
  for (let redirects = 0; ; redirects++) {
    const message = await open(url, await addressFor(url, ports, signal), signal);
    const status = message.statusCode ?? 0;
    const { location } = message.headers;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
      const mediaType = message.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      return { url, status, mediaType, body: await readBody(message, options.maxBytes) };
    }
    message.destroy();
    if (redirects === maxRedirects) throw refusal(`The address leads on more than ${maxRedirects} times.`);
    url = parseUrl(location, ports, url);
  }
}

function parseUrl(text: string, { ports }: FetchPorts, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw refusal('Give an address that begins with http:// or https://.');
  }
  if (url.username !== '' || url.password !== '') throw refusal('An address may hold no username and no password.');
  if (!ports.has(portOf(url))) throw refusal('Only the ports 80 and 443 may be read from.');
  return url;
}

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

/** An address may be numbers already: the URL parser has written them in the usual form, whatever base they were in. */
async function addressFor({ hostname }: URL, { resolve, isAllowed }: FetchPorts, signal: AbortSignal): Promise<string> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(bare) === 0 ? await resolved(resolve, bare, signal) : [bare];
  const [first] = addresses;
  if (first === undefined) throw refusal('There is no machine of that name.');
  if (!addresses.every(isAllowed)) throw refusal('That address is not on the public internet.');
  return first;
}

async function resolved(
  resolve: FetchPorts['resolve'],
  hostname: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(tooLate(signal.reason));
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([resolve(hostname), left.promise]);
  } catch (cause) {
    throw cause instanceof AppError ? cause : refusal('There is no machine of that name.', cause);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** The head of the answer of the machine at this address, asked as `url.host`. */
function open(url: URL, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const isEncrypted = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(signal.aborted ? tooLate(cause) : refusal('The machine at that address did not answer.', cause));
    const sent = (isEncrypted ? requestHttps : requestHttp)({
      agent: false,
      host: address,
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Perdure' },
      signal,
      maxHeaderSize: 16_384,
      // A certificate is for the name; where the address is all there is, for the address.
      ...(isEncrypted && isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && { servername: url.hostname }),
    });
    sent.once('response', resolve);
    sent.once('error', fail);
    sent.once('upgrade', (_message, socket) => socket.destroy());
    sent.end();
  });
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooMuch = () => refusal(`There is more at that address than ${maxBytes} bytes.`);
  try {
    if (Number(message.headers['content-length'] ?? 0) > maxBytes) throw tooMuch();
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of message as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw tooMuch();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    message.destroy();
    throw cause instanceof AppError ? cause : tooLate(cause);
  }
}

const tooLate = (cause: unknown) => refusal('What stands at that address did not arrive whole, and in time.', cause);

function refusal(detail: string, cause?: unknown): AppError {
  return new AppError('bad_request', { detail, cause });
}
