import type { Store } from '../../src/store/store.ts';

/** One call of the store's port. */
export type StoreCall = { port: 'write' | 'read' | 'scan'; name: string; args: unknown };

/** Decides what becomes of a call. `pass` lets it through to the store. */
export type Tap = (call: StoreCall, pass: () => Promise<unknown>) => Promise<unknown>;

/** The same store with a tap on every call. */
export function tapStore(store: Store, tap: Tap): Store {
  const tapped = <Methods extends object>(port: StoreCall['port'], methods: Methods): Methods =>
    Object.fromEntries(
      Object.entries(methods).map(([name, method]: [string, (args: unknown) => Promise<unknown>]) => [
        name,
        (args: unknown) => tap({ port, name, args }, () => method(args)),
      ]),
    ) as Methods;
  return {
    ...store,
    write: tapped('write', store.write),
    read: tapped('read', store.read),
    scan: tapped('scan', store.scan),
  };
}
