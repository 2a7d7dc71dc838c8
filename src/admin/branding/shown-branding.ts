import { type ShownBranding, shownAsItComes } from '../../contract/branding.ts';
import { unlessAborted } from '../../http/unless-aborted.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { readBranding, shownOf } from './branding.ts';

/** What the installation looks like, for everything that shows it. */
export type BrandingLook = {
  /** Never fails: while the store gives no answer it is what was known last. */
  now(): Promise<ShownBranding>;
  close(): void;
};

/** Longer than a store in order takes; a page is not held back any longer. */
const patienceMs = 1_000;

/** Read again when a bell says that settings changed: every page that is opened asks for it. */
export function createBrandingLook({
  store,
  log,
}: {
  store: Pick<Store, 'read' | 'onCommit'>;
  log: Log;
}): BrandingLook {
  let last = shownAsItComes;
  let known: Promise<ShownBranding> | undefined;
  const close = store.onCommit((topics) => {
    if (topics.includes('settings')) known = undefined;
  });
  return {
    async now() {
      const asked = known ?? readBranding({ store }).then(shownOf);
      known = asked;
      try {
        last = await unlessAborted(AbortSignal.timeout(patienceMs), asked, () => new Error('too late'));
      } catch (error) {
        if (known === asked) known = undefined;
        log.warn('branding_not_read', { reason: String(error) });
      }
      return last;
    },
    close,
  };
}
