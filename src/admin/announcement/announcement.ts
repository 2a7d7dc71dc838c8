import { type Actor, byOf } from '../../access/actor.ts';
import type { Clock } from '../../clock.ts';
import {
  type AnnouncementBody,
  announcementKey,
  type ShownAnnouncement,
  type StoredAnnouncement,
  storedAnnouncement,
} from '../../contract/announcement.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../../store/store.ts';

export type AnnouncementPorts = { store: Store; clock: Clock };

/** What is set, also before and after its time; null when nothing is. */
export async function readAnnouncement({
  store,
}: Pick<AnnouncementPorts, 'store'>): Promise<StoredAnnouncement | null> {
  return storedAnnouncement.safeParse(await store.read.setting({ key: announcementKey })).data ?? null;
}

/** What was said before is said no more, and who closed it sees this one. */
export async function putAnnouncement(
  { store, clock }: AnnouncementPorts,
  actor: Actor,
  body: AnnouncementBody | null,
): Promise<StoredAnnouncement | null> {
  const announcement = body && { version: newId(), ...body };
  await store.write.putAnnouncement({ announcement, at: clock.now(), by: byOf(actor) });
  return announcement;
}

/** What whoever has not signed in may read. */
export async function announcementForAnybody(ports: AnnouncementPorts): Promise<ShownAnnouncement> {
  const announcement = await readAnnouncement(ports);
  return shownAt(announcement?.on_sign_in ? announcement : null, ports.clock.now());
}

export async function announcementFor(ports: AnnouncementPorts, userId: string): Promise<ShownAnnouncement> {
  const announcement = await readAnnouncement(ports);
  const dismissed = announcement?.is_dismissible && (await ports.store.read.dismissedAnnouncementOf({ userId }));
  return shownAt(announcement?.version === dismissed ? null : announcement, ports.clock.now());
}

/** Pure. */
export function shownAt(announcement: StoredAnnouncement | null, at: string): ShownAnnouncement {
  if (!announcement) return { announcement: null, changes_at: null };
  const { version, text, kind, is_dismissible, from, until } = announcement;
  if (from !== null && at < from) return { announcement: null, changes_at: from };
  if (until !== null && at >= until) return { announcement: null, changes_at: null };
  return { announcement: { version, text, kind, is_dismissible }, changes_at: until };
}
