import { BlockList, isIP } from 'node:net';

/** Whose forwarding headers are believed. */
export type TrustedProxies = { has(address: string): boolean };

export const noProxies: TrustedProxies = { has: () => false };

/** Reads addresses and ranges (`10.0.0.0/8`), separated by commas.
 *  @throws Error that names what is neither */
export function parseTrustedProxies(text: string): TrustedProxies {
  const entries = text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  if (entries.length === 0) return noProxies;
  const list = new BlockList();
  for (const entry of entries) {
    const [network = '', prefix, ...more] = entry.split('/');
    const family = isIP(network);
    const bits = family === 4 ? 32 : 128;
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
    if (family === 0 || !isPrefix || more.length > 0) {
      throw new Error(`“${entry}” is neither an address, such as 10.0.0.5, nor a range, such as 10.0.0.0/8`);
    }
    list.addSubnet(network, Number(prefix ?? bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return { has: (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6') };
}

/** The address a request comes from: the socket's, or, as far as those who wrote it are trusted proxies, the last one in
 *  `X-Forwarded-For` (each proxy adds whom it was asked by). An entry that is no address ends the search: it was written by nobody we believe. Pure. */
export function clientAddress(
  socketAddress: string,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string {
  let address = plainAddress(socketAddress) ?? socketAddress;
  const hops = (forwardedFor ?? '').split(',');
  while (proxies.has(address)) {
    const hop = plainAddress(hops.pop() ?? '');
    if (hop === undefined) break;
    address = hop;
  }
  return address;
}

/** An address as it is compared and thrown into a log: without port, brackets and zone, an IPv4-mapped one as its IPv4. Undefined for what is none. */
function plainAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const bare = (/^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ?? trimmed).split('%')[0] ?? '';
  const withoutPort = /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare;
  const address = /^::ffff:([\d.]+)$/i.exec(withoutPort)?.[1] ?? withoutPort;
  return isIP(address) === 0 ? undefined : address;
}
