import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { isPublicAddress } from './public-address.ts';

test('of ten thousand addresses drawn from every special range none is public', () => {
  const random = randomOf(4711);
  const byte = () => Math.floor(random() * 256);
  const word = () => (byte() * 256 + byte()).toString(16);
  const tail = (words: number) => Array.from({ length: words }, word).join(':');
  const v4: readonly (() => string)[] = [
    () => `10.${byte()}.${byte()}.${byte()}`,
    () => `127.${byte()}.${byte()}.${byte()}`,
    () => `0.${byte()}.${byte()}.${byte()}`,
    () => `100.${64 + (byte() % 64)}.${byte()}.${byte()}`,
    () => `169.254.${byte()}.${byte()}`,
    () => `172.${16 + (byte() % 16)}.${byte()}.${byte()}`,
    () => `192.0.0.${byte()}`,
    () => `192.0.2.${byte()}`,
    () => `192.168.${byte()}.${byte()}`,
    () => `198.${18 + (byte() % 2)}.${byte()}.${byte()}`,
    () => `${224 + (byte() % 32)}.${byte()}.${byte()}.${byte()}`,
  ];
  const anyV4 = () => v4[byte() % v4.length]?.() ?? '';
  const v6: readonly (() => string)[] = [
    anyV4,
    () => `::ffff:${anyV4()}`,
    () => `::ffff:${hexOf(anyV4())}`,
    () => `::${anyV4()}`,
    () => `64:ff9b::${anyV4()}`,
    () => `64:ff9b:1::${hexOf(anyV4())}`,
    () => `2002:${hexOf(anyV4())}:${tail(5)}`,
    () => `2001:0:${tail(6)}`,
    () => `2001:db8:${tail(6)}`,
    () => `${(0xfc00 + byte() * 2).toString(16)}:${tail(7)}`,
    () => `${(0xfe80 + (byte() % 64)).toString(16)}:${tail(7)}`,
    () => `${(0xff00 + byte()).toString(16)}:${tail(7)}`,
    () => `3fff:${(byte() * 15).toString(16)}:${tail(6)}`,
  ];
  const drawn = Array.from({ length: 10_000 }, () => v6[byte() % v6.length]?.() ?? '');
  expect(drawn.every((address) => isIP(address) !== 0)).toBe(true);
  expect(drawn.filter(isPublicAddress)).toEqual([]);
});

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '93.184.215.14',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

/** An IPv4 address as the last two groups of an IPv6 one. */
function hexOf(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
