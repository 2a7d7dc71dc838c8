import { expect, test } from 'vitest';
import { noAllowedHosts, parseAllowedHosts } from './allowed-hosts.ts';

const allowed = parseAllowedHosts(
  'wiki.example.org, Intranet:8080,10.1.0.0/16, 192.168.7.9:8443, fd00::/8, [fe80::1]:81',
);

test.each([
  ['wiki.example.org', '10.9.9.9', 80, true],
  ['wiki.example.org', '10.9.9.9', 443, true],
  ['wiki.example.org', '10.9.9.9', 8080, false],
  ['other.wiki.example.org', '10.9.9.9', 80, false],
  ['wiki.example.org.', '10.9.9.9', 80, false],
  ['intranet', '10.9.9.9', 8080, true],
  ['intranet', '10.9.9.9', 80, false],
  ['any.example', '10.1.255.1', 443, true],
  ['any.example', '10.2.0.1', 443, false],
  ['any.example', '10.1.0.1', 22, false],
  ['192.168.7.9', '192.168.7.9', 8443, true],
  ['192.168.7.9', '192.168.7.9', 443, false],
  ['any.example', 'fd12::1', 80, true],
  ['fe80::1', 'fe80::1', 81, true],
  ['fe80::2', 'fe80::2', 81, false],
])('%s at %s, port %i: %s', (hostname, address, port, isAllowed) => {
  expect(allowed.has({ hostname, address, port })).toBe(isAllowed);
});

test('ports that are named are known, and of nothing comes nothing', () => {
  expect(allowed.ports).toEqual([8080, 8443, 81]);
  expect(noAllowedHosts.has({ hostname: '', address: '127.0.0.1', port: 80 })).toBe(false);
  expect(parseAllowedHosts(' , ').ports).toEqual([]);
});

test.each([
  'http://wiki.example.org',
  'wiki.example.org/path',
  'wiki.example.org:0',
  'wiki.example.org:99999',
  'user@wiki',
  '10.0.0.0/33',
  '10.0.0.0/8:80:80',
  '*.example.org/8',
  '0x7f.1',
  '[::1',
])('%s is named as what is neither', (entry) => {
  expect(() => parseAllowedHosts(`a.example, ${entry}`)).toThrow(entry);
});
