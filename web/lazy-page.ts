import { lazyRouteComponent } from '@tanstack/react-router';
import { unreachable } from './api/errors.ts';
import { withAllWords } from './i18n/with-all-words.ts';

const patienceMs = 5000;

/** A page that people come to first, whose code is fetched when it is opened. Its words are among the first. Code that is missing on a server that
 *  answers belongs to another version, and the router loads the page anew; without a server that would leave a blank window, so it is an error like any other. */
export const entryPage: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      throw (await answers()) ? error : unreachable();
    }
  }, name);

/** Any other page: all words are there before its code is. */
export const lazyPage: typeof lazyRouteComponent = (load, name) => entryPage(() => withAllWords(load), name);

async function answers(): Promise<boolean> {
  try {
    const { ok } = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) });
    return ok;
  } catch {
    return false;
  }
}
