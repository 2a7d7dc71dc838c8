import { describe, expect, test } from 'vitest';
import { mayVisit, readRobots } from './robots-rules.ts';

const visits = (robots: string, path: string, program = 'Perdure') =>
  mayVisit(readRobots(robots, program), new URL(path, 'https://example.org'));

/** @see RFC 9309, section 5.1 */
const simple = `User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot

EOF
`;

describe('the RFC’s examples', () => {
  test.each([
    ['foobot', '/example/page.html', true],
    ['foobot', '/example/allowed.gif', true],
    ['foobot', '/publications/', false],
    ['barbot', '/example/page.html', false],
    ['bazbot', '/example/page.html', false],
    ['barbot', '/example/', true],
    ['quxbot', '/example/', true],
    ['quxbot', '/a.gif', true],
    ['Perdure', '/a.gif', false],
    ['Perdure', '/a.gif?large', true],
    ['Perdure', '/example/', false],
    ['Perdure', '/publications/', true],
    ['Perdure', '/', true],
  ])('simple: %s, %s: %s', (program, path, may) => expect(visits(simple, path, program)).toBe(may));

  /** Section 5.2 */
  const longest = 'User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n';
  test.each([
    ['/example/page/', true],
    ['/example/page/allowed.gif', true],
    ['/example/page/disallowed.gif', false],
  ])('longest match: %s: %s', (path, may) => expect(visits(longest, path, 'FooBot')).toBe(may));

  /** Section 2.2.2 */
  test.each([
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz'],
    ['/foo/bar?baz=https://foo.bar', '/foo/bar?baz=https%3A%2F%2Ffoo.bar'],
    ['/foo/bar?baz=https%3A%2F%2Ffoo.bar', '/foo/bar?baz=https://foo.bar'],
    ['/foo/bar/ツ', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%E3%83%84', '/foo/bar/ツ'],
    ['/foo/bar/%e3%83%84', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz'],
    ['/foo/bar/baz', '/foo/bar/%62%61%7A'],
    ['/path/file-with-a-%2A.html', '/path/file-with-a-*.html'],
    ['/path/foo-%24', '/path/foo-$'],
  ])('%s is the pattern of %s', (pattern, path) => {
    expect(visits(`User-agent: *\nDisallow: ${pattern}`, path)).toBe(false);
  });

  /** Section 2.2.3 */
  test.each([
    ['/this/path/exactly$', '/this/path/exactly', false],
    ['/this/path/exactly$', '/this/path/exactly/not', true],
    ['/this/*/exactly', '/this/path/exactly', false],
    ['/this/*/exactly', '/this/exactly', true],
    ['/this/*/exactly$', '/this/exactly/exactly', false],
    ['/path*a*b$', '/path-a-b-a-b', false],
    ['/path*ab$', '/path-ab-c', true],
    ['/aba$', '/aba', false],
    ['/ab*ba$', '/aba', true],
  ])('%s fits %s: allowed is %s', (pattern, path, may) => {
    expect(visits(`User-agent: *\nDisallow: ${pattern} # because`, path)).toBe(may);
  });
});

test('rules of several groups that name the program are one, and what is for everybody is not added', () => {
  const robots =
    'user-agent: *\ndisallow: /\n\nUSER-AGENT: perdure/1.0\nDisallow: /a\nSitemap: x\n\nuser-agent: Perdure\ndisallow: /b';
  expect(['/a', '/b', '/c'].map((path) => visits(robots, path))).toEqual([false, false, true]);
});

test('the one that allows wins among equals, and robots.txt itself is always allowed', () => {
  expect(visits('User-agent: *\nDisallow: /a\nAllow: /a', '/a')).toBe(true);
  expect(visits('User-agent: *\nAllow: /a\nDisallow: /a', '/a')).toBe(true);
  expect(visits('User-agent: *\nDisallow: /', '/robots.txt')).toBe(true);
});

test.each([
  '',
  '\ufeff',
  '<!doctype html><p>Not found',
  'Disallow: /',
  'User-agent: *\nDisallow:',
  '\u0000: :\r\r\n%%%',
  'User-agent: other\nDisallow: /',
])('what says nothing to us that can be understood allows everything: %j', (robots) =>
  expect(visits(robots, '/a')).toBe(true),
);

test('who has more rules than any site is taken to allow nothing', () => {
  expect(visits(`User-agent: *\n${'Disallow: /b\n'.repeat(2_001)}`, '/a')).toBe(false);
});

test('as many rules as are looked at, each hard to tell, are answered within a moment', () => {
  const robots = readRobots(`User-agent: *\n${'Disallow: /*aa*ab*c\n'.repeat(2_000)}`, 'Perdure');
  const url = new URL(`https://example.org/${'ab'.repeat(900)}`);
  const before = process.cpuUsage();
  expect(mayVisit(robots, url)).toBe(true);
  const tookMs = process.cpuUsage(before).user / 1000;
  console.info(`robots: 2,000 rules looked through in ${tookMs.toFixed(1)} ms of the processor`);
  expect(tookMs).toBeLessThan(200);
});
