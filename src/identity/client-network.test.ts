import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientNetwork } from './client-network.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:C000:0207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', 'unknown'],
  ['192.0.2', 'unknown'],
  ['evil, 10.0.0.1', 'unknown'],
])('%s is throttled as %s', (address, network) => {
  expect(clientNetwork(address)).toBe(network);
});

test('all addresses of one /64 are one network', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (host) => {
      const groups = [48n, 32n, 16n, 0n].map((shift) => ((host >> shift) & 0xffffn).toString(16));
      expect(clientNetwork(`2001:db8:1:2:${groups.join(':')}`)).toBe('2001:db8:1:2::/64');
    }),
  );
});

test('whatever an address is, it has a network', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4()), (address) => clientNetwork(address) !== ''));
});
