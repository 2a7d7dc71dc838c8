import { isIP } from 'node:net';

/** The network an address is throttled as: an IPv4 address itself, the /64 of an IPv6 address (one household or one machine has all of it), an IPv4-mapped
 *  address as its IPv4. What is no address is one network of its own. Pure. */
export function clientNetwork(address: string): string {
  const bare = address.split('%')[0] ?? '';
  switch (isIP(bare)) {
    case 4:
      return bare;
    case 6:
      return networkOf(groupsOf(bare));
    default:
      return 'unknown';
  }
}

function networkOf(groups: number[]): string {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. The URL parser writes every form in one way (an IPv4 tail in hexadecimal). */
function groupsOf(address: string): number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const [first, last] = [parseGroups(head), parseGroups(tail ?? '')];
  return tail === undefined ? first : [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function parseGroups(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
}
