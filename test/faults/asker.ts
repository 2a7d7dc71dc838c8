import { type ErrorCode, errorCatalogue } from '../../src/errors.ts';
import { type Reply, refused } from '../client.ts';

/** Asks a server that is in trouble, and holds every answer to what it may say then: what was asked for, or one of its refusals, in form
 *  and with the time to try again. */
export class Asker {
  /** What was served, and what was refused. */
  served = 0;
  refused = 0;
  slowest = { what: 'nothing', ms: 0 };
  readonly breaches: string[] = [];
  readonly #refusals: readonly ErrorCode[];

  /** @param refusals  the codes of 429 and 503 that are right at this time */
  constructor(refusals: readonly ErrorCode[]) {
    this.#refusals = refusals;
  }

  /** Asks for what must be given.
   *  @returns the answer; undefined when it was another than 2xx, which is a breach */
  async read(what: string, call: () => Promise<Reply>): Promise<Reply | undefined> {
    const reply = await this.#call(what, call);
    if (!reply) return undefined;
    if (isServed(reply)) {
      this.served += 1;
      return reply;
    }
    this.breaches.push(`${what} is not served: ${reply.status} ${reply.text.slice(0, 200)}`);
    return undefined;
  }

  /** Asks for what may be refused.
   *  @param right  statuses that are right beside 2xx
   *  @returns the answer; undefined when it was refused, or one of those */
  async write(what: string, call: () => Promise<Reply>, right: readonly number[] = []): Promise<Reply | undefined> {
    const reply = await this.#call(what, call);
    if (!reply) return undefined;
    if (isServed(reply) || right.includes(reply.status)) {
      this.served += 1;
      return isServed(reply) ? reply : undefined;
    }
    const code = this.#refusals.find((each) => reply.text.includes(`"code":"${each}"`));
    try {
      if (!code) throw new Error(`${reply.status} ${reply.text.slice(0, 200)}`);
      refused(reply, errorCatalogue[code].status, code);
      if (!/^[1-9]\d*$/.test(reply.headers['retry-after'] ?? '')) throw new Error('no Retry-After');
      this.refused += 1;
    } catch (error) {
      this.breaches.push(`${what} is not refused as it should be: ${String(error)}`);
    }
    return undefined;
  }

  async #call(what: string, call: () => Promise<Reply>): Promise<Reply | undefined> {
    const startedMs = performance.now();
    try {
      return await call();
    } catch (error) {
      this.breaches.push(`${what} got no answer: ${String(error)}`);
      return undefined;
    } finally {
      const ms = performance.now() - startedMs;
      if (ms > this.slowest.ms) this.slowest = { what, ms };
    }
  }
}

function isServed({ status }: Reply): boolean {
  return status >= 200 && status < 300;
}
