import { type SessionPeople, type ShareLevel, sessionPeople } from '../src/contract/sharing.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';

type Subject = Person | { groupId: string };

export const sharePath = (sessionId: string, subject: Subject) =>
  'user' in subject
    ? `/api/sessions/${sessionId}/shares/user/${subject.user.id}`
    : `/api/sessions/${sessionId}/shares/group/${subject.groupId}`;

/** Lets somebody into a session of its owner. */
export async function shareWith(
  owner: Person,
  sessionId: string,
  subject: Subject,
  level: ShareLevel,
): Promise<SessionPeople> {
  return answered(await owner.client.put(sharePath(sessionId, subject), { level }), 200, sessionPeople);
}

/** Whom a session is shared with and who is in it, as somebody sees it. */
export async function peopleOf(person: Person, sessionId: string): Promise<SessionPeople> {
  return answered(await person.client.get(`/api/sessions/${sessionId}/people`), 200, sessionPeople);
}
