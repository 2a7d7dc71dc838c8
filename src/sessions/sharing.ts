import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { SessionPeople, ShareCandidate, ShareLevel, ShareSubject } from '../contract/sharing.ts';
import { AppError } from '../errors.ts';
import type { SessionPeopleRecord } from '../store/queries/session-people.ts';
import type { Store } from '../store/store.ts';
import { requireSession } from './sessions.ts';

export type SharingPorts = { store: Store; clock: Clock };

const candidatesAtOnce = 10;

/** Whom a session is shared with, who has it open and who wrote in it. When each last read it is told to its owner alone.
 *  @throws AppError not_found */
export async function listSessionPeople(ports: SharingPorts, actor: Actor, sessionId: string): Promise<SessionPeople> {
  await requireSession(ports, actor, sessionId, 'session.read');
  const found = await ports.store.scan.sessionPeople({ sessionId, userId: actor.userId });
  if (!found) throw new AppError('not_found');
  return toPeople(found, ports.clock.nowMs());
}

/** People, and groups of the actor's, whose names hold a text.
 *  @throws AppError not_found, forbidden */
export async function listShareCandidates(
  ports: SharingPorts,
  actor: Actor,
  { sessionId, q = '' }: { sessionId: string; q?: string | undefined },
): Promise<ShareCandidate[]> {
  await requireSession(ports, actor, sessionId, 'session.share');
  const found = await ports.store.scan.shareCandidates({ userId: actor.userId, q, limit: candidatesAtOnce });
  return found.map(toNamed);
}

/** Lets a person or a group into a session, at this level from now on.
 *  @throws AppError not_found, forbidden, bad_request, conflict */
export async function shareSession(
  ports: SharingPorts,
  actor: Actor,
  { sessionId, subject, level }: { sessionId: string; subject: ShareSubject; level: ShareLevel },
): Promise<SessionPeople> {
  await requireSession(ports, actor, sessionId, 'session.share');
  const { userId } = actor;
  const at = ports.clock.now();
  const outcome = await ports.store.write.shareSession({ sessionId, userId, subject, level, at, by: byOf(actor) });
  switch (outcome) {
    case 'shared':
      return listSessionPeople(ports, actor, sessionId);
    case 'not_found':
      throw new AppError('not_found');
    case 'own':
      throw new AppError('bad_request', { detail: 'It is your own session.' });
    case 'nobody':
      throw new AppError('bad_request', {
        detail:
          subject.kind === 'user'
            ? 'Nobody with this id can sign in here.'
            : 'You can share with groups that you are in, and you are in none with this id.',
      });
    case 'too_many':
      throw new AppError('conflict', {
        detail: 'This session is shared with 100 people and groups, and cannot be with more. Share it with a group.',
      });
  }
}

/** Takes away what lets a person or a group in; what does not is no error.
 *  @throws AppError not_found, forbidden */
export async function unshareSession(
  ports: SharingPorts,
  actor: Actor,
  { sessionId, subject }: { sessionId: string; subject: ShareSubject },
): Promise<void> {
  await requireSession(ports, actor, sessionId, 'session.share');
  const { userId } = actor;
  const at = ports.clock.now();
  const outcome = await ports.store.write.unshareSession({ sessionId, userId, subject, at, by: byOf(actor) });
  if (outcome === 'not_found') throw new AppError('not_found');
}

/** Ends the actor's own part in a session of somebody else.
 *  @throws AppError not_found, forbidden for its owner, conflict for whoever is in it through a group */
export async function leaveSession(ports: SharingPorts, actor: Actor, sessionId: string): Promise<void> {
  await requireSession(ports, actor, sessionId, 'session.leave');
  const { userId } = actor;
  const subject = { kind: 'user', id: userId } as const;
  const at = ports.clock.now();
  await ports.store.write.unshareSession({ sessionId, userId, subject, at, by: byOf(actor) });
  if (await ports.store.read.memberSession({ sessionId, userId })) {
    throw new AppError('conflict', {
      detail: 'This session is shared with a group that you are in. You have it for as long as that is so.',
    });
  }
}

function toPeople({ level, shares, people, authors }: SessionPeopleRecord, nowMs: number): SessionPeople {
  return {
    access: level,
    shares: shares.map((share) => ({ ...toNamed(share), level: share.level, since: share.granted_at })),
    people: people.map((person) => ({
      user_id: person.user_id,
      name: person.display_name,
      username: person.username,
      access: person.level,
      is_here: (person.open_until_ms ?? 0) > nowMs,
      ...(level === 'owner' && { last_read_at: person.last_read_at }),
    })),
    authors: authors.map(({ user_id, display_name }) => ({ user_id, name: display_name })),
  };
}

type Named = { kind: 'user' | 'group'; id: string; name: string; username: string | null; member_count: number | null };

function toNamed({ kind, id, name, username, member_count }: Named): ShareCandidate {
  return { kind, id, name, ...(username !== null && { username }), ...(member_count !== null && { member_count }) };
}
