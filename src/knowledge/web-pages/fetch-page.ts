import type { Clock } from '../../clock.ts';
import { type Fetched, type FetchOptions, type FetchPorts, fetchPublic } from '../../http/fetch-public.ts';
import { PageFault } from './page-fault.ts';
import { createRobots } from './robots.ts';

/** Reads the page at an address, as far as its site lets programs read it. The body is to be read.
 *  @throws FetchFault, PageFault */
export type FetchPage = (address: string, signal: AbortSignal) => Promise<Pick<Fetched, 'url' | 'mediaType' | 'body'>>;

export function createPageFetcher(ports: {
  clock: Clock;
  fetchPorts: FetchPorts;
  maxBytes: number;
  /** Of everything, robots.txt and redirects included. */
  timeoutMs: number;
}): FetchPage {
  const { clock, fetchPorts, maxBytes, timeoutMs } = ports;
  const fetch = (address: string, options: FetchOptions) => fetchPublic(address, options, fetchPorts);
  const robots = createRobots({ clock, fetch });

  return async (address, caller) => {
    const signal = AbortSignal.any([caller, AbortSignal.timeout(timeoutMs)]);
    const beforeEach = (url: URL) => robots.requireAllowed(url, signal);
    const fetched = await fetch(address, { maxBytes, timeoutMs, signal, beforeEach });
    const fault = faultOf(fetched.status);
    if (!fault) return fetched;
    fetched.drop();
    throw fault;
  };
}

function faultOf(status: number): PageFault | undefined {
  if (status === 200 || status === 203) return undefined;
  if (status === 404 || status === 410) return new PageFault('not_there');
  if (status === 401 || status === 403 || status === 407) return new PageFault('not_for_everybody');
  if (status >= 500 || status === 429 || status === 408) {
    return new PageFault('site_failing', `The site could not give out this page: it answered with status ${status}.`);
  }
  return new PageFault('no_page', `The site gave no page to be read at that address, but the status ${status}.`);
}
