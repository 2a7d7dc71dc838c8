/** What deciding costs in an organisation of many people: who asks and what they may do, and a page of the list of everybody.
 *  Usage: node bench/access.ts [--users 10000] [--groups 200] [--corpora 400] [--asks 3000]
 *  Everybody is in ten groups, and each group is granted ten corpora. Checks are timed where they are made, pages over HTTP. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { admits } from '../src/access/authorize.ts';
import { systemClock } from '../src/clock.ts';
import { compose } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { everyoneGroupId } from '../src/contract/access.ts';
import { byServer } from '../src/contract/audit.ts';
import { authenticate } from '../src/identity/authenticate.ts';
import { newId, newSecret, sha256 } from '../src/ids.ts';
import { requireCorpus } from '../src/knowledge/corpus-rights.ts';
import { createLog } from '../src/log.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/store/store.ts';
import { signIn } from './support/client.ts';
import { median, print, printLimited, quantile } from './support/lines.ts';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    groups: { type: 'string', default: '200' },
    corpora: { type: 'string', default: '400' },
    asks: { type: 'string', default: '3000' },
  },
});
const [users, groups, corpora, asks] = [values.users, values.groups, values.corpora, values.asks].map(Number) as [
  number,
  number,
  number,
  number,
];
const bench = 'access';
const groupsOfEach = 10;
const pageSize = 100;
const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const password = newSecret();

const server = await compose(
  readConfig({
    PERDURE_DATA_DIR: dataDir,
    PERDURE_PORT: '0',
    PERDURE_ADMIN_PASSWORD: password,
    PERDURE_LOG_LEVEL: 'warn',
  }),
  'bench',
);
const store = await openSqliteStore({ path: join(dataDir, 'perdure.db'), clock: systemClock });
try {
  server.http.listen(0, '127.0.0.1');
  await once(server.http, 'listening');
  const people = await furnish(store);
  await measureChecks(people);
  await measurePages(new URL(`http://127.0.0.1:${(server.http.address() as AddressInfo).port}`));
} finally {
  await store.close();
  await server.drain(0);
  rmSync(dataDir, { recursive: true, force: true });
}

type People = { tokens: string[]; corpusIds: string[] };

async function furnish({ write }: Store): Promise<People> {
  const at = systemClock.now();
  const by = byServer;
  const userIds = Array.from({ length: users }, () => newId());
  await inTurns(userIds, async (userId, n) => {
    const username = `person-${String(n).padStart(6, '0')}`;
    await write.createUser({ userId, username, displayName: username, role: 'member', passwordHash: 'none', at, by });
  });
  const corpusIds = Array.from({ length: corpora }, () => newId());
  await inTurns(corpusIds, async (id, n) => {
    await write.createCorpus({ id, name: `Corpus ${n}`, description: '', ownerUserId: null, at, by });
    await write.removeGrant({ groupId: everyoneGroupId, kind: 'corpus', objectId: id, at, by });
  });
  const groupIds = Array.from({ length: groups }, () => newId());
  await inTurns(groupIds, async (groupId, n) => {
    await write.createGroup({ groupId, name: `Group ${n}`, at, by });
    const members = userIds.filter((_, user) => (user + groups - n) % groups < groupsOfEach);
    for (let from = 0; from < members.length; from += 100) {
      await write.addGroupMembers({ groupId, userIds: members.slice(from, from + 100), at, by });
    }
    for (let k = 0; k < groupsOfEach; k++) {
      const objectId = corpusIds[(n * groupsOfEach + k) % corpora] ?? '';
      await write.putGrant({ groupId, kind: 'corpus', objectId, level: 'read', at, by });
    }
  });
  const tokens = Array.from({ length: 500 }, () => newSecret());
  await inTurns(tokens, async (token, n) => {
    const userId = userIds[(n * 17) % users] ?? '';
    const expiresAt = new Date(systemClock.nowMs() + 86_400_000).toISOString();
    const login = { tokenId: newId(), tokenHash: sha256(token), userId, expiresAt, userAgent: 'bench', address: '' };
    await write.putLoginToken({ ...login, verifiedHash: 'none', at });
  });
  print({ bench, what: `people, each in ${groupsOfEach} of ${groups} groups`, value: users, unit: 'people' });
  return { tokens, corpusIds };
}

/** What a request for a corpus asks before it is served: whose the token is, whether their role may, whether a grant lets them. */
async function measureChecks({ tokens, corpusIds }: People): Promise<void> {
  const ports = { store, clock: systemClock, log: createLog('warn') };
  const spentMs: number[] = [];
  let refused = 0;
  for (let n = 0; n < asks; n++) {
    const startedMs = performance.now();
    const actor = await authenticate(ports, tokens[n % tokens.length] ?? '');
    if (!actor || !admits(actor, 'corpus.read')) throw new Error('a token that is good was refused');
    const allowed = requireCorpus(ports, actor, corpusIds[n % corpora] ?? '', 'corpus.read');
    await allowed.catch(() => (refused += 1));
    spentMs.push(performance.now() - startedMs);
  }
  const what = 'the checks of one request: whose token, which role, which grant';
  print({ bench, what: `${what}, p50`, value: median(spentMs), unit: 'ms' });
  printLimited({ bench, what: `${what}, p95`, value: quantile(spentMs, 0.95), unit: 'ms', limit: 1 });
  print({ bench, what: 'of these requests refused', value: refused, unit: `of ${asks}` });
}

async function measurePages(url: URL): Promise<void> {
  const admin = await signIn(url, 'admin', password);
  let cursor: string | null = null;
  const spentMs: number[] = [];
  let seen = 0;
  do {
    const query: string = `limit=${pageSize}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const startedMs = performance.now();
    const page = (await admin.get(`/api/admin/users?${query}`)) as { users: unknown[]; next_cursor: string | null };
    spentMs.push(performance.now() - startedMs);
    seen += page.users.length;
    cursor = page.next_cursor;
  } while (cursor !== null);
  if (seen < users) throw new Error(`the pages held ${seen} people of ${users}`);
  const what = `a page of ${pageSize} of ${seen} users over HTTP`;
  print({ bench, what: `${what}, p50`, value: median(spentMs), unit: 'ms' });
  printLimited({ bench, what: `${what}, p95`, value: quantile(spentMs, 0.95), unit: 'ms', limit: 50 });
  const deep = quantile(spentMs.slice(-20), 0.5);
  const first = quantile(spentMs.slice(1, 21), 0.5);
  print({ bench, what: 'the last pages, p50', value: deep, unit: 'ms', peer: 'the first pages', ratio: deep / first });
}

/** So many at once that they share commits. */
async function inTurns<Item>(items: readonly Item[], each: (item: Item, n: number) => Promise<void>): Promise<void> {
  const rest = items.entries();
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      for (const [n, item] of rest) await each(item, n);
    }),
  );
}
