import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Eye } from 'lucide-react';
import { useEffect } from 'react';
import type { SessionRead, SessionRow } from '../../src/contract/sessions.ts';
import { fetchSessionReads } from '../api/sessions.ts';
import { rich, t } from '../i18n/translate.ts';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { Moment } from '../ui/moment.tsx';

/** Says quietly that an administrator read the session, when and why. Asked again when the session's row changes while nothing runs.
 *  @param row  the newest one that came by the feed */
export function SessionReads({ sessionId, row }: { sessionId: string; row: SessionRow | undefined }) {
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: [sessionsKey, 'reads', sessionId],
    queryFn: ({ signal }) => fetchSessionReads(sessionId, signal),
  });
  const rev = row && !row.running ? row.rev : undefined;
  useEffect(() => {
    if (rev !== undefined) void queryClient.invalidateQueries({ queryKey: [sessionsKey, 'reads', sessionId] });
  }, [queryClient, sessionId, rev]);
  const [newest, ...others] = data?.reads ?? [];
  if (!newest) return null;
  return (
    <details className="border-b border-line px-4 py-1.5 text-xs text-muted sm:px-6">
      <summary className="cursor-pointer">
        <Eye aria-hidden className="me-1 inline size-3.5" />
        <Read read={newest} />
        {others.length > 0 && ` ${t('{count, plural, other {And # more.}}', { count: others.length })}`}
      </summary>
      <ul className="mt-1 space-y-0.5 ps-5">
        {others.map((read) => (
          <li key={read.at}>
            <Read read={read} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Read({ read }: { read: SessionRead }) {
  const reason = read.reason === null ? t('the reason was erased') : t('“{text}”', { text: read.reason });
  const rest = { when: <Moment at={read.at} />, reason: <span className="wrap-anywhere">{reason}</span> };
  return read.username
    ? rich('{name} read this session {when}: {reason}.', { ...rest, name: read.username })
    : rich('An administrator read this session {when}: {reason}.', rest);
}
