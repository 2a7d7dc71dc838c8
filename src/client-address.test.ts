import { expect, it } from 'vitest';
import { clientAddress, noProxies, parseTrustedProxies } from './client-address.ts';

const proxies = parseTrustedProxies('127.0.0.1, 10.0.0.0/8,fd00::/8');

it.each([
  ['no proxy is trusted', '127.0.0.1', '203.0.113.9', noProxies, '127.0.0.1'],
  ['a trusted proxy', '10.1.2.3', '203.0.113.9', proxies, '203.0.113.9'],
  ['a trusted proxy, as a socket on :: names it', '::ffff:10.1.2.3', '203.0.113.9', proxies, '203.0.113.9'],
  ['a trusted proxy without the header', '10.1.2.3', undefined, proxies, '10.1.2.3'],
  ['somebody else who sends the header', '203.0.113.50', '198.51.100.1', proxies, '203.0.113.50'],
  [
    'two proxies, and what the client wrote before',
    '10.0.0.2',
    '6.6.6.6, 203.0.113.9, 10.0.0.1',
    proxies,
    '203.0.113.9',
  ],
  ['an address with a port', '10.0.0.2', '203.0.113.9:51234', proxies, '203.0.113.9'],
  ['an IPv6 address with a port', '10.0.0.2', '[2001:db8::1]:51234', proxies, '2001:db8::1'],
  ['an IPv6 proxy', 'fd00::5', '2001:db8::1', proxies, '2001:db8::1'],
  ['what is no address', '10.0.0.2', '203.0.113.9, unknown', proxies, '10.0.0.2'],
  ['nothing after a comma', '10.0.0.2', '203.0.113.9,', proxies, '10.0.0.2'],
  ['all trusted, to the first', '10.0.0.2', '10.0.0.9, 127.0.0.1', proxies, '10.0.0.9'],
])('tells the client’s address: %s', (_case, socket, forwarded, trusted, expected) => {
  expect(clientAddress(socket, forwarded, trusted)).toBe(expected);
});

it.each([
  'proxy.example',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0/8',
  '10.0.0.0/8/8',
  '10.0.0.1;10.0.0.2',
  'fd00::/129',
  '::1/x',
])('refuses %s, rather than to believe nobody silently', (text) => {
  expect(() => parseTrustedProxies(text)).toThrow(text);
});

it('believes nobody when nothing is set', () => {
  expect(parseTrustedProxies(' , ')).toBe(noProxies);
});
