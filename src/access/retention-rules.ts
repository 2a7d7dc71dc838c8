import { type RetentionRules, retentionKey, rulesOf } from '../contract/retention.ts';
import type { Store } from '../store/store.ts';

/** For how long what is kept, as it is set now. Read again when a bell says that settings changed: lists ask for every page. */
export type Retention = { rules(): Promise<RetentionRules>; close(): void };

export function createRetention({ store }: { store: Pick<Store, 'read' | 'onCommit'> }): Retention {
  let known: Promise<RetentionRules> | undefined;
  const unsubscribe = store.onCommit((topics) => {
    if (topics.includes('settings')) known = undefined;
  });
  return {
    rules() {
      if (known) return known;
      const asked = store.read.setting({ key: retentionKey }).then(rulesOf);
      known = asked;
      asked.catch(() => {
        if (known === asked) known = undefined;
      });
      return asked;
    },
    close: unsubscribe,
  };
}
