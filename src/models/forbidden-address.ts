import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Where no model is and clouds hand out credentials to whoever asks from within: link-local addresses, and the metadata services of AWS over
 *  IPv6 and of Alibaba Cloud. */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');

export const forbiddenCode = 'EFORBIDDENADDRESS';

/** Connects nowhere that is forbidden: what a name leads to is checked when it is connected to. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, found, family) => {
    if (error) return callback(error, found, family);
    const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
    return addresses.some(isForbidden) ? callback(refusal(), found, family) : callback(null, found, family);
  });
};

/** For an address that is written out, which no name is looked up for.
 *  @throws Error with the code `EFORBIDDENADDRESS` */
export function refuseForbidden({ hostname }: URL): void {
  if (isForbidden(hostname.replace(/^\[(.*)\]$/, '$1'))) throw refusal();
}

function isForbidden(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && forbidden.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function refusal(): Error {
  return Object.assign(new Error('no model is asked there'), { code: forbiddenCode });
}
