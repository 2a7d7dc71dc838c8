import type { Clock } from '../../clock.ts';
import { type Fetched, type FetchOptions, userAgent } from '../../http/fetch-public.ts';
import { PageFault } from './page-fault.ts';
import { mayVisit, type RobotsRules, readRobots } from './robots-rules.ts';

type Ports = { clock: Clock; fetch(address: string, options: FetchOptions): Promise<Fetched> };

/** What sites let programs read. */
export type Robots = {
  /** @throws PageFault when the site does not want the page read, or does not say; FetchFault when it cannot be asked */
  requireAllowed(url: URL, signal: AbortSignal): Promise<void>;
};

/** @see RFC 9309, section 2.5: what is beyond is not looked at */
const maxBytes = 500 * 1024;
/** @see RFC 9309, section 2.3.1.2 */
const maxRedirects = 5;
const timeoutMs = 10_000;
/** @see RFC 9309, section 2.4 */
const keptMs = 24 * 60 * 60_000;
/** Of all sites together, in rules. */
const maxKeptRules = 50_000;
const maxKeptSites = 1_000;

type Kept = { rules: RobotsRules; untilMs: number };

/** Asks each site for its robots.txt and keeps what it says for a day, in memory. A site without one allows everything; one whose machine
 *  fails allows nothing, and is asked again the next time. */
export function createRobots({ clock, fetch }: Ports): Robots {
  /** The oldest first. */
  const kept = new Map<string, Kept>();
  let keptRules = 0;

  function forget(origin: string): void {
    keptRules -= kept.get(origin)?.rules.length ?? 0;
    kept.delete(origin);
  }

  function keep(origin: string, rules: RobotsRules): void {
    forget(origin);
    kept.set(origin, { rules, untilMs: clock.nowMs() + keptMs });
    keptRules += rules.length;
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKeptSites && keptRules <= maxKeptRules) break;
      forget(oldest);
    }
  }

  async function rulesOf(origin: string, signal: AbortSignal): Promise<RobotsRules> {
    const known = kept.get(origin);
    if (known && known.untilMs > clock.nowMs()) return known.rules;
    const rules = await ask(fetch, origin, signal);
    keep(origin, rules);
    return rules;
  }

  return {
    async requireAllowed(url, signal) {
      if (!mayVisit(await rulesOf(url.origin, signal), url)) throw new PageFault('refused_by_robots');
    },
  };
}

async function ask(fetch: Ports['fetch'], origin: string, signal: AbortSignal): Promise<RobotsRules> {
  // What is read is bounded here, and what is beyond is no fault.
  const options = { maxBytes: Number.POSITIVE_INFINITY, timeoutMs, signal, maxRedirects };
  const { status, body, drop } = await fetch(`${origin}/robots.txt`, options);
  try {
    if (status >= 400 && status < 500 && status !== 429) return [];
    if (status < 200 || status >= 300) throw new PageFault('robots_unknown');
    return readRobots(await beginningOf(body), userAgent);
  } finally {
    drop();
  }
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
