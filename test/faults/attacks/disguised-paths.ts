import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { GivenServer } from '../../given.ts';
import { describedOperations } from '../../openapi.ts';
import { type Attack, newTally } from '../attack.ts';
import { createRandom } from '../random.ts';
import { type RawReply, sendRaw } from '../requests/send-raw.ts';

/** S8: the address of every route, written in every way but its own, by nobody, by a member and by an administrator. Each is answered as nothing
 *  there, or as the route itself is: with the same rights. A round is one way of writing, for all routes. */
export const disguisedPaths: Attack = {
  name: 'disguised-paths',
  id: 'S8',
  title: 'the addresses of all routes, disguised',
  rounds: { fast: 6, whole: 26 },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    await using server = await GivenServer.start({ env: { PERDURE_LOG_LEVEL: 'warn' } });
    using agent = keepAlive();
    const callers = {
      nobody: undefined,
      member: (await server.person()).client.token,
      administrator: server.admin.client.token,
    };
    const operations = await describedOperations(server.anonymous);
    const addresses = [
      ...operations.map(({ method, path }) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, () => randomUUID()),
      })),
      ...['/api/openapi.json', '/api/docs', '/index.html'].map((path) => ({ method: 'GET', path })),
    ];
    // Ways that change nothing for anybody: a sign-out would, and is asked without its token.
    const send = (caller: keyof typeof callers, method: string, path: string): Promise<RawReply> => {
      const token = path.toLowerCase().includes('logout') ? undefined : callers[caller];
      const headers = token === undefined || token === null ? [] : ([['authorization', `Bearer ${token}`]] as const);
      return sendRaw(server.url, agent.agent, { method, path, headers });
    };

    const drawn = disguises
      .map((disguise) => ({ disguise, place: random.unit() }))
      .toSorted((a, b) => a.place - b.place);
    for (const { disguise } of drawn.slice(0, rounds)) {
      for (const { method, path } of addresses) {
        const [name, disguised] = [disguise.name, disguise.write(path)];
        if (disguised === path) continue;
        for (const caller of Object.keys(callers) as (keyof typeof callers)[]) {
          const reply = await send(caller, method, disguised);
          tally.faults += 1;
          const breach = await breachOf(reply, () => send(caller, method, path));
          if (breach !== undefined) tally.breaches.push(`${method} ${path}, ${name}, as ${caller}: ${breach}`);
        }
      }
      tally.rounds += 1;
      say(`${disguise.name}: ${tally.breaches.length} breaches`);
    }
    if (!server.process.isAlive) tally.breaches.push('the process ended');
    return tally;
  },
};

type Disguise = { name: string; write(path: string): string };

const last = (path: string, change: (segment: string) => string) => path.replace(/[^/]+$/, change);
const hex = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

const disguises: readonly Disguise[] = [
  { name: 'two slashes first', write: (path) => `/${path}` },
  { name: 'two slashes within', write: (path) => path.replace(/(.)\//, '$1//') },
  { name: 'a slash last', write: (path) => `${path}/` },
  { name: 'two slashes last', write: (path) => `${path}//` },
  { name: 'a dot segment', write: (path) => `/.${path}` },
  { name: 'a dot segment within', write: (path) => path.replace(/(.)\//, '$1/./') },
  { name: 'a dot segment last', write: (path) => `${path}/.` },
  { name: 'up and down', write: (path) => `/healthz/..${path}` },
  { name: 'up and down, encoded', write: (path) => `/healthz/%2e%2e${path}` },
  { name: 'up and down, half encoded', write: (path) => `/healthz/.%2E${path}` },
  { name: 'up and down, encoded twice', write: (path) => `/healthz/%252e%252e${path}` },
  { name: 'a dot last', write: (path) => `${path}.` },
  { name: 'encoded slashes', write: (path) => path.replaceAll(/(?<=.)\//g, '%2f') },
  { name: 'encoded slashes, twice', write: (path) => path.replaceAll(/(?<=.)\//g, '%252F') },
  { name: 'backslashes', write: (path) => path.replaceAll(/(?<=.)\//g, '\\') },
  { name: 'encoded backslashes', write: (path) => path.replaceAll(/(?<=.)\//g, '%5c') },
  { name: 'a letter encoded', write: (path) => path.replace(/[a-z]/, hex) },
  {
    name: 'a letter of the last segment encoded',
    write: (path) => last(path, (segment) => segment.replace(/\w/, hex)),
  },
  { name: 'capitals', write: (path) => path.toUpperCase() },
  { name: 'a capital', write: (path) => path.replace(/[a-z]/, (letter) => letter.toUpperCase()) },
  { name: 'a parameter of the segment', write: (path) => `${path};a=b` },
  { name: 'a parameter within', write: (path) => path.replace(/(.)\//, '$1;a=b/') },
  { name: 'NUL', write: (path) => `${path}%00` },
  { name: 'a space', write: (path) => `${path}%20` },
  { name: 'a fragment', write: (path) => `${path}#part` },
  { name: 'far too long', write: (path) => `${path}/${'x'.repeat(20_000)}` },
];

/** Nothing there, the page of the web app, or the very answer that the plain address has. */
async function breachOf(reply: RawReply, plain: () => Promise<RawReply>): Promise<string | undefined> {
  if (reply === 'cut') return 'no answer';
  const { status, headers, text } = reply;
  if ([400, 404, 405, 413].includes(status)) return undefined;
  if (status === 200 && headers['content-type']?.startsWith('text/html') && text.includes('id="root"'))
    return undefined;
  const own = await plain();
  return own !== 'cut' && own.status === status
    ? undefined
    : `${status}, not ${own === 'cut' ? own : own.status}: ${text.slice(0, 100)}`;
}

function keepAlive(): { agent: Agent } & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}
