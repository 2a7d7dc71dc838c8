import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { AdminSessionFacts } from '../../../src/contract/admin-session.ts';
import { fetchSessionFacts } from '../../api/admin.ts';
import { asApiError } from '../../api/errors.ts';
import { named, t } from '../../i18n/translate.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/section.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { clockTime } from '../../ui/time-words.ts';
import { useTitle } from '../../ui/use-title.ts';
import { ForAdministrators } from '../for-administrators.tsx';
import { InvalidateSessions } from '../invalidate-sessions.tsx';
import { StaleNotice } from '../now/stale-notice.tsx';
import { ReadSession } from '../read-session.tsx';
import { StopSession } from '../stop-session.tsx';
import { factsOf } from './session-facts.tsx';
import { sessionFactsKey } from './session-facts-key.ts';
import { TurnTimeline } from './turn-timeline.tsx';

export function AdminSessionPage() {
  return (
    <ForAdministrators>
      <OneSession />
    </ForAdministrators>
  );
}

const whileRunningMs = 2_000;
const idleMs = 10_000;

function OneSession() {
  const { sessionId } = useParams({ from: '/shell/admin/sessions/$sessionId' });
  const queryClient = useQueryClient();
  const queryKey = sessionFactsKey(sessionId);
  const query = useQuery({
    queryKey: [...queryKey, 'facts'],
    queryFn: ({ signal }) => fetchSessionFacts(sessionId, signal),
    refetchInterval: ({ state }) => (state.data?.session.running ? whileRunningMs : idleMs),
  });
  const facts = query.data;
  const title = facts && (named(facts.session.title) || t('Session without a title'));
  useTitle(title ?? t('Session'));
  return (
    <>
      <PageHeader title={title ?? (query.error && t('Session'))}>
        {facts && (
          <p className="text-xs text-muted tabular-nums max-sm:hidden">
            {t('as of {time}', { time: clockTime(Date.parse(facts.as_of)) })}
          </p>
        )}
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <p className="mb-3 text-sm">
            <Link to="/admin/sessions" className="link">
              {t('All sessions')}
            </Link>
          </p>
          {query.isPending && <Skeleton lines={8} />}
          {query.error && !facts && (
            <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />
          )}
          {query.error && facts && (
            <StaleNotice asOf={facts.as_of} state="reconnecting" error={asApiError(query.error)} />
          )}
          {facts && <Known facts={facts} onChange={() => void queryClient.invalidateQueries({ queryKey })} />}
        </div>
      </main>
    </>
  );
}

function Known({ facts, onChange }: { facts: AdminSessionFacts; onChange(): void }) {
  const { session } = facts;
  const [asked, setAsked] = useState<'read' | 'stop' | 'close'>();
  const id = session.session_id;
  const end = () => setAsked(undefined);
  return (
    <>
      <Section
        title={t('Facts')}
        actions={
          <div className="flex flex-wrap gap-2">
            <Link
              to="/admin/audit"
              search={{ object_kind: 'session', object_id: id }}
              className="inline-flex min-h-9 items-center rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm font-medium whitespace-nowrap hover:bg-hover"
            >
              {t('Open in audit log')}
            </Link>
            {facts.deleted_at === null && <Button onClick={() => setAsked('read')}>{t('Read…')}</Button>}
            {session.running && <Button onClick={() => setAsked('stop')}>{t('Stop answer')}</Button>}
            {session.is_active && (
              <Button look="danger" onClick={() => setAsked('close')}>
                {t('Close session')}
              </Button>
            )}
          </div>
        }
      >
        <Facts of={factsOf(facts)} />
      </Section>
      <TurnTimeline sessionId={id} isRunning={session.running} />
      <ReadSession row={asked === 'read' ? session : undefined} onClose={end} />
      <StopSession
        sessionId={asked === 'stop' ? id : undefined}
        onClose={() => {
          end();
          onChange();
        }}
      />
      <InvalidateSessions sessionIds={asked === 'close' ? [id] : undefined} onClose={end} onDone={onChange} />
    </>
  );
}
