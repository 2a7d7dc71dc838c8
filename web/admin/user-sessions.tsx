import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listSessionsOf } from '../api/admin.ts';
import { named, t } from '../i18n/translate.ts';
import { Moment } from '../ui/moment.tsx';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { TableFrame } from '../ui/table-frame.tsx';

/** As many as are looked at on a user's page; all of them are in the live list. */
const shown = 20;

/** The newest open sessions of a user: their facts, never what was said in them. */
export function UserSessions({ username }: { username: string }) {
  const query = useQuery({
    queryKey: ['admin', 'sessions-of', username],
    queryFn: ({ signal }) => listSessionsOf(username, shown, signal),
  });
  const sessions = query.data;
  return (
    <Section
      title={t('Open sessions')}
      actions={
        <Link to="/admin/sessions" search={{ username, status: 'all' }} className="text-sm link">
          {t('All of their sessions')}
        </Link>
      }
      hint={
        sessions?.length === shown
          ? t('The {count} with the newest activity; all are in the list of sessions.', { count: shown })
          : ''
      }
    >
      {query.isPending && <Skeleton lines={3} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {sessions?.length === 0 && <p className="text-sm text-muted">{t('None.', {}, 'sessions')}</p>}
      {sessions && sessions.length > 0 && (
        <TableFrame label={t('Sessions')}>
          <thead className="text-start text-xs text-muted">
            <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
              <th>{t('Title')}</th>
              <th>{t('State')}</th>
              <th className="text-end">{t('Messages')}</th>
              <th>{t('Last activity')}</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.session_id} className="border-b border-line last:border-0 *:px-4 *:py-2">
                <td className="max-w-72 truncate font-medium">
                  <Link to="/admin/sessions/$sessionId" params={{ sessionId: session.session_id }} className="link">
                    {named(session.title) || t('Untitled')}
                  </Link>
                </td>
                <td>{session.running ? t('Answering') : t('Open', {}, 'not closed')}</td>
                <td className="text-end tabular-nums">{session.chat_messages}</td>
                <td className="whitespace-nowrap">
                  <Moment at={session.last_activity} />
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </Section>
  );
}
