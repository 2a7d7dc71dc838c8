import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { CallOptions, Reply } from '../../client.ts';
import { queryDatabase } from '../../database.ts';
import { GivenServer } from '../../given.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { createRandom } from '../random.ts';
import { ResidentWatch } from '../resident.ts';

/** S8: guessing at passwords, from addresses that are made up and from addresses of one network, and a hundred sign-ins at once. A round is
 *  one try that is meant to be slowed down. */
export const guessing: Attack = {
  name: 'guessing',
  id: 'S8',
  title: 'passwords are guessed, from forged addresses, from one network, a hundred at once',
  rounds: { fast: 36, whole: 200 },
  obstacle: () => (existsSync('/proc/self/status') ? undefined : 'the system does not tell what memory a process has'),
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    await using direct = await GivenServer.start({ env: { PERDURE_LOG_LEVEL: 'debug' } });
    await using behindProxy = await GivenServer.start({ env: { PERDURE_TRUSTED_PROXIES: '127.0.0.1' } });

    // Nobody is a proxy here: whatever is said of the address, all guesses are one network's.
    const forged = Array.from({ length: rounds }, (_, n) => `203.0.113.${n % 250}`);
    const spoofed = forged.map((address) => ({
      'x-forwarded-for': address,
      forwarded: `for=${address}`,
      'x-real-ip': address,
    }));
    tally.breaches.push(...(await guesses(direct, spoofed, tally)));
    if (forged.some((address) => direct.process.log.includes(address)))
      tally.breaches.push('a forged address is in the log');
    const addresses = queryDatabase(direct.databasePath, 'select distinct address from login_tokens').map(
      ({ address }) => address,
    );
    if (addresses.some((address) => address !== '' && address !== '127.0.0.1'))
      tally.breaches.push(`stored as addresses: ${addresses.join(', ')}`);
    say(`forged addresses: ${tally.breaches.length} breaches`);

    // A trusted proxy says the address; a machine has all of its /64.
    const rotated = Array.from({ length: rounds }, () => ({
      'x-forwarded-for': `2001:db8:1:2:${[0, 0, 0, 0].map(() => random.between(0, 0xffff).toString(16)).join(':')}`,
    }));
    tally.breaches.push(...(await guesses(behindProxy, rotated, tally)));
    const elsewhere = await guess(behindProxy, { 'x-forwarded-for': '2001:db8:1:3::1' });
    if (elsewhere.status !== 401) tally.breaches.push(`another network was answered ${elsewhere.status}`);
    say(`one network: ${tally.breaches.length} breaches`);

    tally.measures.push(...(await manyAtOnce(behindProxy, tally)));
    return tally;
  },
};

/** Failures that a network has free, see src/identity/login-throttle.ts. */
const free = 30;
/** Three hashes of 32 MiB at once, each of them a little late to be given back. */
const maxGrownMiB = 192;
const atOnce = 100;

/** Tries at accounts that differ each time, so that only the network can be what slows them. */
async function guesses(server: GivenServer, heads: readonly Record<string, string>[], tally: Tally): Promise<string[]> {
  let learned = 0;
  for (const headers of heads) {
    const { status } = await guess(server, headers);
    tally.rounds += 1;
    tally.faults += 1;
    if (status === 401) learned += 1;
    else if (status !== 429) return [`a guess was answered ${status}`];
  }
  // While the free ones were tried, a wait of a second or two may have passed.
  return learned <= free + 6 ? [] : [`${learned} of ${heads.length} guesses were answered`];
}

function guess(server: GivenServer, headers: Record<string, string>): Promise<Reply> {
  const options: CallOptions = { headers };
  return server.anonymous.post('/api/auth/login', { username: `nobody-${randomUUID()}`, password: 'a guess' }, options);
}

async function manyAtOnce(server: GivenServer, tally: Tally) {
  using watch = new ResidentWatch(server.process.pid);
  const before = watch.peakBytes;
  const replies = await Promise.all(
    Array.from({ length: atOnce }, (_, n) => guess(server, { 'x-forwarded-for': `198.51.100.${n}` })),
  );
  tally.faults += atOnce;
  const odd = replies.filter(
    ({ status, headers }) => status !== 401 && !(status === 503 && headers['retry-after'] !== undefined),
  );
  tally.breaches.push(...odd.map(({ status }) => `one of many sign-ins was answered ${status}`));
  if (!replies.some(({ status }) => status === 401)) tally.breaches.push('none of many sign-ins was looked at');
  const me = await server.admin.client.get('/api/auth/me');
  if (me.status !== 200) tally.breaches.push(`who was signed in before is answered ${me.status}`);
  return [
    {
      what: `memory over before, of ${atOnce} sign-ins at once`,
      value: (watch.peakBytes - before) / 2 ** 20,
      unit: 'MiB',
      atMost: maxGrownMiB,
    },
    { what: 'of them told to come back later', value: replies.filter(({ status }) => status === 503).length, unit: '' },
  ];
}
