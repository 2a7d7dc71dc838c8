import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Printer } from 'lucide-react';
import { Fragment, useMemo } from 'react';
import { foldSnapshot } from '../../src/contract/fold.ts';
import type { SessionFile } from '../../src/contract/session-export.ts';
import { asApiError } from '../api/errors.ts';
import { fetchForPrint } from '../api/sessions.ts';
import { useBranding } from '../branding/use-branding.ts';
import { t } from '../i18n/translate.ts';
import { AgentLine } from '../session/agent-line.tsx';
import { agentLines } from '../session/agent-lines.ts';
import { sessionTitle } from '../sessions/session-title.ts';
import { Button } from '../ui/button.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { dayAndTime } from '../ui/time-words.ts';
import { useTitle } from '../ui/use-title.ts';
import { PrintTurn } from './print-turn.tsx';
import { useGrowing } from './use-growing.ts';

/** A session as it comes out on paper: whole, with its sources under each answer, and nothing to press but at the top. The browser makes the
 *  PDF, with the fonts of whoever reads it. */
export function PrintPage() {
  const { sessionId } = useParams({ from: '/sessions/$sessionId/print' });
  const file = useQuery({
    queryKey: ['print', sessionId],
    queryFn: ({ signal }) => fetchForPrint(sessionId, signal),
    // Each asking is on record.
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  useTitle(file.data ? sessionTitle(file.data.session) : t('Session'));
  if (file.data) return <Document sessionId={sessionId} file={file.data} />;
  return (
    <main className="mx-auto max-w-3xl p-6">
      {file.isPending && <Skeleton lines={6} />}
      {file.error &&
        (asApiError(file.error).status === 404 ? (
          <Empty title={t('This session does not exist, or it is not yours.')}>
            <Link to="/" className="link">
              {t('Go to your sessions')}
            </Link>
          </Empty>
        ) : (
          <Failure error={file.error} onRetry={() => void file.refetch()} />
        ))}
    </main>
  );
}

function Document({ sessionId, file }: { sessionId: string; file: SessionFile }) {
  const { session, events } = file;
  const { name } = useBranding();
  const { turns, agentChanges } = useMemo(() => viewOf(file), [file]);
  const lines = useMemo(() => agentLines(turns, agentChanges), [turns, agentChanges]);
  const drawn = useGrowing(turns.length);
  const isWhole = drawn === turns.length;
  return (
    <div className="print-root min-h-full bg-canvas print:bg-transparent">
      <div className="sticky top-0 z-10 border-b border-line bg-canvas print:hidden">
        <div className="mx-auto flex max-w-[52rem] flex-wrap items-center gap-3 px-4 py-2 sm:px-8">
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId }}
            className="inline-flex min-h-9 items-center gap-1.5 text-sm text-muted hover:text-ink"
          >
            <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('Back to the session')}
          </Link>
          <span className="flex-1" />
          {!isWhole && (
            <span role="status" className="flex items-center gap-2 text-sm text-muted">
              {t('Drawing')} <ProgressBar share={drawn / turns.length} label={t('Drawn of the session')} />
            </span>
          )}
          <Button look="primary" disabled={!isWhole} onClick={() => window.print()}>
            <Printer aria-hidden className="size-4" /> {t('Print or save as PDF')}
          </Button>
        </div>
      </div>
      <main className="mx-auto max-w-[52rem] px-4 py-8 sm:px-8 print:max-w-none print:p-0">
        <header className="mb-8 border-b border-line-strong pb-4">
          <p dir="auto" className="mb-1 text-sm text-muted wrap-anywhere">
            {name}
          </p>
          <h1 dir="auto" className="text-2xl font-semibold wrap-anywhere">
            {sessionTitle(session)}
          </h1>
          <p className="mt-1.5 text-sm text-muted">
            {t('{user} with {agent} · {start} to {end}', {
              user: session.username,
              agent: session.agent.name,
              start: dayAndTime(session.created_at),
              end: dayAndTime(session.last_activity),
            })}
          </p>
          {session.imported_at && (
            <p className="mt-1 text-sm text-muted">
              {t('Brought in from elsewhere on {when}: what it held then was not said on this server.', {
                when: dayAndTime(session.imported_at),
              })}
            </p>
          )}
          {!session.is_active && (
            <p className="mt-1 text-sm text-muted">{t('An administrator closed this session.')}</p>
          )}
        </header>
        {events.length === 0 && <p className="text-muted">{t('Nothing was asked in this session.')}</p>}
        <div className="space-y-9">
          {turns.slice(0, drawn).map((turn, index) => (
            <Fragment key={turn.turnId}>
              <AgentLine name={lines.before.get(turn.turnId)} />
              <PrintTurn turn={turn} number={index + 1} />
            </Fragment>
          ))}
          {isWhole && <AgentLine name={lines.next} />}
        </div>
      </main>
    </div>
  );
}

function viewOf({ session, events }: SessionFile) {
  const { deleted_at: _deleted, imported_at = null, ...facts } = session;
  const seq = events.at(-1)?.seq ?? 0;
  return foldSnapshot({ session: { ...facts, imported_at }, turns: [], events, seq, cursor: '', has_more: false });
}
