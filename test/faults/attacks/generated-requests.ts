import { Agent } from 'node:http';
import * as fc from 'fast-check';
import { GivenServer } from '../../given.ts';
import { verify } from '../../invariants.ts';
import { describedOperations } from '../../openapi.ts';
import { type Attack, newTally } from '../attack.ts';
import { AnswerCheck } from '../requests/check-answer.ts';
import { requestsFor } from '../requests/generated-request.ts';
import { RequestWorld } from '../requests/request-world.ts';
import { sendRaw } from '../requests/send-raw.ts';

const wholeRounds = 20_000;
/** Routes that never answered with 2xx in so many: what wants a code, a file, a secret or a provider. More would mean that the requests lost their way. */
const mostUnreached = 30;

/** S1: requests made from our own description, and broken in every way, by everybody. A round is one request. None is answered with a fault
 *  of ours, every answer is as described, the same process lives, logs no fault, and its store keeps its invariants. */
export const generatedRequests: Attack = {
  name: 'generated-requests',
  id: 'S1',
  title: 'requests generated from the description of the API, right and broken',
  rounds: { fast: 2_000, whole: wholeRounds },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    await using server = await GivenServer.start({ env: { PERDURE_LOG_LEVEL: 'warn' } });
    const { pid } = server.process;
    const operations = await describedOperations(server.anonymous);
    await using world = await RequestWorld.make(server);
    using agent = keepAlive();
    const check = new AnswerCheck(operations);
    const statuses = new Map<string, number>();
    const reached = new Set<string>();

    for (let from = 0; from < rounds; from += batch) {
      const numRuns = Math.min(batch, rounds - from);
      const drawn = fc.sample(requestsFor(operations), { numRuns, seed: seed + from });
      const rest = drawn.values();
      const sendRest = async () => {
        for (const request of rest) {
          const sent = world.fill(request);
          const reply = await sendRaw(server.url, agent.agent, sent);
          world.learn(request, reply);
          const breach = check.breachOf(request.operation, sent, reply);
          const key = `${request.operation.method} ${request.operation.path}`;
          if (breach !== undefined) {
            say(`${sent.method} ${sent.path} ${JSON.stringify(sent.headers)}: ${breach}`);
            tally.breaches.push(`${sent.method} ${sent.path.slice(0, 120)} as ${request.caller}: ${breach}`);
          }
          const status = reply === 'cut' ? 'cut' : String(reply.status);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status.startsWith('2')) reached.add(key);
          if (status.startsWith('2')) tally.acknowledged += 1;
          else tally.faults += 1;
          tally.rounds += 1;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, sendRest));
      await world.renew();
      say(
        `${tally.rounds} requests: ${[...statuses]
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([status, count]) => `${count} x ${status}`)
          .join(', ')}`,
      );
    }

    if (!server.process.isAlive || server.process.pid !== pid) tally.breaches.push('the process ended');
    else if ((await server.anonymous.get('/healthz')).status !== 200)
      tally.breaches.push('the process does not answer');
    tally.breaches.push(...faultsIn(server.process.log), ...(await verify(server.databasePath)).breaches);
    const unreached = operations.filter(({ method, path }) => !reached.has(`${method} ${path}`));
    say(`never answered with 2xx: ${unreached.map(({ method, path }) => `${method} ${path}`).join(', ')}`);
    tally.measures.push({
      what: 'routes that never answered with 2xx',
      value: unreached.length,
      unit: `of ${operations.length}`,
      // Fewer requests reach fewer routes.
      ...(rounds >= wholeRounds && { atMost: mostUnreached }),
    });
    return tally;
  },
};

/** Drawn at once; after each, whoever was locked out or deleted is replaced. */
const batch = 250;
const atOnce = 6;

function keepAlive(): { agent: Agent } & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  return { agent, [Symbol.dispose]: () => agent.destroy() };
}

/** What the server logged as its own fault, and lines that are none of its own. */
function faultsIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => line !== '');
  const faults = lines.filter((line) => /"event":"(?:uncaught|unhandled|stream_failed)"|"code":"internal"/.test(line));
  const foreign = lines.filter((line) => !line.startsWith('{'));
  return [...faults, ...foreign].map((line) => `logged: ${line.slice(0, 300)}`);
}
