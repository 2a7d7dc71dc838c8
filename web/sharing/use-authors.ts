import { useCallback, useMemo } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';
import type { Session } from '../../src/contract/sessions.ts';
import type { SessionPeople } from '../../src/contract/sharing.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { useSessionPeople } from './use-session-people.ts';

/** Who is in a session, and what whoever wrote in it is called: also of those who were in it once.
 *  @returns `authorOf` gives undefined for the person who looks */
export function useAuthors(
  sessionId: string,
  { session, turns, rev }: { session: Session | undefined; turns: readonly TurnView[]; rev: number | undefined },
): { people: SessionPeople | undefined; authorOf(userId: string): string | undefined } {
  const { me } = useServices();
  const authorIds = useMemo(() => [...new Set(turns.map(({ authorUserId }) => authorUserId))], [turns]);
  const enabled = session?.sharing !== undefined || authorIds.some((id) => id !== me.id);
  const { people } = useSessionPeople(sessionId, { enabled, rev, authorIds });
  const names = useMemo(() => new Map(people?.authors.map(({ user_id, name }) => [user_id, name])), [people]);
  const authorOf = useCallback(
    (userId: string) => (userId === me.id ? undefined : (names.get(userId) ?? t('Somebody else'))),
    [me.id, names],
  );
  return { people, authorOf };
}
