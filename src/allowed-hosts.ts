import { type TrustedProxies as AddressRange, parseTrustedProxies as parseRange } from './client-address.ts';

/** Where a request would go: the host as the address names it, the IP address that was found for it, the port. */
export type Target = { hostname: string; address: string; port: number };

/** Hosts beside the public internet that pages may be read from. */
export type AllowedHosts = {
  has(target: Target): boolean;
  /** Ports that some entry names. */
  ports: readonly number[];
};

export const webPorts: readonly number[] = [80, 443];

type Entry = { port: number | undefined } & ({ name: string } | { range: AddressRange });

/** Reads hosts separated by commas: names (`wiki.example.org`), addresses and ranges (`10.1.0.0/16`, `fd00::/8`). Each is meant with the
 *  ports 80 and 443, or with the one it names (`wiki.example.org:8080`, `[fd00::1]:8080`).
 *  @throws Error that names what is neither */
export function parseAllowedHosts(text: string): AllowedHosts {
  const entries = text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
    .map(readEntry);
  return {
    ports: entries.flatMap(({ port }) => (port === undefined ? [] : [port])),
    has: (target) => entries.some((entry) => fits(entry, target)),
  };
}

export const noAllowedHosts = parseAllowedHosts('');

function fits(entry: Entry, { hostname, address, port }: Target): boolean {
  if (entry.port === undefined ? !webPorts.includes(port) : entry.port !== port) return false;
  return 'name' in entry ? entry.name === hostname : entry.range.has(address);
}

function readEntry(entry: string): Entry {
  const whole = rangeOf(entry);
  if (whole) return { range: whole, port: undefined };
  const { host = '', port } = /^(?<host>\[[^\]]+\]|[^:]+)(?::(?<port>\d{1,5}))?$/.exec(entry)?.groups ?? {};
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const range = rangeOf(bare);
  const name = host.toLowerCase();
  const isPort = port === undefined || (Number(port) > 0 && Number(port) <= 65_535);
  if (!isPort || (range === undefined && URL.parse(`http://${host}`)?.hostname !== name)) {
    throw new Error(`“${entry}” is neither a host, such as wiki.example.org, nor a range, such as 10.0.0.0/8`);
  }
  const named = port === undefined ? undefined : Number(port);
  return range ? { range, port: named } : { name, port: named };
}

function rangeOf(text: string): AddressRange | undefined {
  try {
    return text === '' ? undefined : parseRange(text);
  } catch {
    return undefined;
  }
}
