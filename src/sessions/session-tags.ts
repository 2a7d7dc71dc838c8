import type { Actor } from '../access/actor.ts';
import type { SessionTagList } from '../contract/session-tags.ts';
import type { Store } from '../store/store.ts';

/** Tags are counted over the newest of one's tagged sessions. */
const maxCounted = 5_000;

/** What I tagged my sessions with, the most used first. */
export async function listSessionTags({ store }: { store: Store }, { userId }: Actor): Promise<SessionTagList> {
  const counts = new Map<string, number>();
  for (const { tags } of await store.scan.tagsOfSessions({ userId, limit: maxCounted })) {
    for (const tag of JSON.parse(tags) as string[]) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  const tags = [...counts].map(([tag, sessions]) => ({ tag, sessions }));
  return { tags: tags.toSorted((a, b) => b.sessions - a.sessions || (a.tag < b.tag ? -1 : 1)) };
}
