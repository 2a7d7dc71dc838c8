import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedHosts, type Target, webPorts } from '../allowed-hosts.ts';
import { FetchFault } from './fetch-fault.ts';
import { isPublicAddress } from './public-address.ts';
import { unpackedBody } from './unpacked-body.ts';

export type FetchOptions = {
  /** Of the body, in bytes, as it comes and as it unpacks; more is a fault. */
  maxBytes: number;
  /** Of everything, redirects and body included, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
  /** 3 unless told. */
  maxRedirects?: number;
  /** Asked before each address that is read, those of redirects too: what it throws ends the fetch. */
  beforeEach?: (url: URL) => Promise<void>;
};

/** What tests replace: where names lead, what may be reached. */
export type FetchPorts = {
  resolve(hostname: string): Promise<readonly string[]>;
  isAllowed(target: Target): boolean;
  /** Any other is refused before a name is looked up. */
  ports: ReadonlySet<number>;
};

export type Fetched = {
  /** Where the redirects ended. */
  url: URL;
  status: number;
  mediaType: string;
  /** Is to be read, or dropped. Reading it throws FetchFault. */
  body: AsyncIterable<Uint8Array>;
  drop(): void;
};

const defaultRedirects = 3;

/** The public internet, and what the operator allows beside it. */
export function internetAnd(allowed: AllowedHosts): FetchPorts {
  return {
    resolve: async (hostname) => (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address),
    isAllowed: (target) => (isPublicAddress(target.address) && webPorts.includes(target.port)) || allowed.has(target),
    ports: new Set([...webPorts, ...allowed.ports]),
  };
}

/** Reads what stands at an address of the public internet, so that nobody reaches through this server what it alone reaches. The address is
 *  parsed once; its name is resolved once, every address it has must be allowed, and the connection goes to one of the very addresses that
 *  were checked. Each redirect is checked in the same way. No proxy of the environment is asked, and no credential or cookie is sent.
 *  @throws FetchFault; what `beforeEach` throws */
export async function fetchPublic(text: string, options: FetchOptions, ports: FetchPorts): Promise<Fetched> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const { maxRedirects = defaultRedirects, maxBytes, beforeEach } = options;
  let url = parsePublicUrl(text, ports);
  for (let redirects = 0; ; redirects++) {
    await beforeEach?.(url);
    const message = await open(url, await addressesFor(url, ports, signal), signal);
    const status = message.statusCode ?? 0;
    const { location } = message.headers;
    if (!redirecting.has(status) || location === undefined) {
      const mediaType = message.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      const drop = () => void message.destroy();
      return { url, status, mediaType, body: unpackedBody(message, maxBytes), drop };
    }
    message.destroy();
    if (redirects === maxRedirects) throw new FetchFault('too_many_redirects');
    url = redirectedUrl(url, location, ports);
  }
}

/** Where a redirect leads, as far as it can be checked without asking anybody. Pure.
 *  @throws FetchFault */
export function redirectedUrl(from: URL, location: string, ports: Pick<FetchPorts, 'ports' | 'isAllowed'>): URL {
  const url = parsePublicUrl(location, ports, from);
  if (from.protocol === 'https:' && url.protocol === 'http:') throw new FetchFault('downgrade');
  return url;
}

const redirecting = new Set([301, 302, 303, 307, 308]);
const maxAddressLength = 2000;

/** An address as far as it can be checked without asking anybody, without its fragment. Pure.
 *  @throws FetchFault */
export function parsePublicUrl(text: string, ports: Pick<FetchPorts, 'ports' | 'isAllowed'>, base?: URL): URL {
  if (text.length > maxAddressLength) throw new FetchFault('long_address');
  const url = URL.parse(text, base?.href);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') throw new FetchFault('bad_address');
  if (url.username !== '' || url.password !== '') throw new FetchFault('credentials');
  if (!ports.ports.has(portOf(url))) throw new FetchFault('other_port');
  url.hash = '';
  if (url.href.length > maxAddressLength) throw new FetchFault('long_address');
  // Numbers are written in the usual form by the parser, whatever base they were in.
  const hostname = bareHost(url);
  if (isIP(hostname) !== 0) requireAllowed(url, [hostname], ports);
  return url;
}

const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');
const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

function requireAllowed(url: URL, addresses: readonly string[], { isAllowed }: Pick<FetchPorts, 'isAllowed'>): void {
  const hostname = bareHost(url);
  const port = portOf(url);
  if (addresses.length === 0 || !addresses.every((address) => isAllowed({ hostname, address, port }))) {
    throw new FetchFault('not_public');
  }
}

/** All that the host has, each of them allowed. */
async function addressesFor(url: URL, ports: FetchPorts, signal: AbortSignal): Promise<readonly string[]> {
  const hostname = bareHost(url);
  const addresses = isIP(hostname) === 0 ? await resolved(ports, hostname, signal) : [hostname];
  requireAllowed(url, addresses, ports);
  return addresses;
}

async function resolved({ resolve }: FetchPorts, hostname: string, signal: AbortSignal): Promise<readonly string[]> {
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(new FetchFault('no_answer', signal.reason));
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([resolve(hostname), left.promise]);
  } catch (cause) {
    if (cause instanceof FetchFault) throw cause;
    // The resolver itself does not answer; any other fault of it is about the name.
    throw new FetchFault(signal.aborted || codeOf(cause) === 'EAI_AGAIN' ? 'no_answer' : 'not_public', cause);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** The head of the answer of the machine at one of these addresses, asked as `url.host`. */
function open(url: URL, addresses: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  const isEncrypted = url.protocol === 'https:';
  const hostname = bareHost(url);
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) =>
      reject(new FetchFault(isEncrypted && isOfCertificate(codeOf(cause)) ? 'untrusted' : 'no_answer', cause));
    const sent = (isEncrypted ? requestHttps : requestHttp)({
      agent: false,
      host: hostname,
      lookup: pinned(addresses),
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': userAgent },
      signal,
      maxHeaderSize: 16_384,
      // A certificate is for the name; where the address is all there is, for the address.
      ...(isEncrypted && isIP(hostname) === 0 && { servername: hostname }),
    });
    sent.once('response', resolve);
    sent.on('error', fail);
    sent.once('upgrade', (_message, socket) => {
      socket.destroy();
      fail();
    });
    sent.once('close', fail);
    sent.end();
  });
}

/** What robots.txt calls this program too. */
export const userAgent = 'Perdure';

/** Stands where names are looked up: gives what was checked, and asks nobody. */
function pinned(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, callback) => {
    if (all) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isOfCertificate(code: string): boolean {
  return code.includes('CERT') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
}
