import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { byServer } from '../contract/audit.ts';
import type { StreamedEvent } from '../contract/events.ts';
import { newId } from '../ids.ts';
import { createLog } from '../log.ts';
import type { Store } from '../store/store.ts';
import { createEventFeed } from './event-feed.ts';
import { followWhileMember } from './follow-while-member.ts';
import { GivenFeed } from './testing/given-session.ts';

/** The store as an instance has it that no bell tells who is let into what: of its own commits it hears. */
function unheard(store: Store): Store {
  const onCommit: Store['onCommit'] = (listener) =>
    store.onCommit((topics) => listener(topics.filter((topic) => topic !== 'sharing')));
  return { ...store, onCommit };
}

test('whoever was let out of a session is given nothing that was committed since, should no bell have told', async () => {
  const given = await GivenFeed.open();
  const store = unheard(given.store);
  const log = createLog('silent');
  const feed = createEventFeed({ store, log });
  const visits = { begin: () => () => undefined, look: () => undefined, close: () => undefined };
  const guestId = newId();
  const at = systemClock.now();
  const name = { username: 'guest', displayName: 'Guest', role: 'member' as const };
  await store.write.createUser({ by: byServer, userId: guestId, ...name, passwordHash: 'none', at });
  for (const moves of [['send'], ['send', 'write', 'write']] as const) {
    const moved = await given.session();
    const { sessionId, userId } = moved;
    const share = { sessionId, userId, subject: { kind: 'user' as const, id: guestId }, at, by: byServer };
    await store.write.shareSession({ ...share, level: 'read' });
    const session = await store.read.memberSession({ sessionId, userId: guestId });
    if (!session) throw new Error('the guest is no member');
    const seen: StreamedEvent[] = [];
    const ended = Promise.withResolvers<void>();
    const stop = followWhileMember(
      { store, feed, visits },
      { session, userId: guestId },
      { seq: 0 },
      {
        event: (event) => seen.push(event),
        reset: () => undefined,
        failed: ended.reject,
        ended: ended.resolve,
      },
    );
    for (const [i, name] of moves.entries()) await moved.move(name, i);
    await expect.poll(() => seen.length).toBeGreaterThan(moves.length);
    const before = [...seen];
    await store.write.unshareSession(share);
    await moved.move('write', 7);
    await moved.move('rename', 8);
    await ended.promise;
    expect(seen).toEqual(before);
    stop();
    await moved.finishAll();
  }
  feed.close();
  await given.close();
});
