import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ForAdministrators } from '../for-administrators.tsx';
import { LiveSign } from '../live-sign.tsx';
import { StopSession } from '../stop-session.tsx';
import { FailureList } from './failure-list.tsx';
import { HealthSection } from './health-section.tsx';
import { NowFigures } from './now-figures.tsx';
import { QueueTable } from './queue-table.tsx';
import { RunningTurns } from './running-turns.tsx';
import { ServerTable } from './server-table.tsx';
import { StaleNotice } from './stale-notice.tsx';
import { type SeenNow, useNow } from './use-now.ts';
import { useServerTime } from './use-server-time.ts';

const route = getRouteApi('/shell/admin/now');

export function AdminNowPage() {
  useTitle(t('Now'));
  return (
    <ForAdministrators>
      <Now />
    </ForAdministrators>
  );
}

function Now() {
  const { seen, state, error } = useNow();
  return (
    <>
      <PageHeader title={t('Now')}>
        <LiveSign state={state} asOf={seen?.now.as_of} />
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div className="mx-auto max-w-6xl">
          {!seen && error && <Failure error={error} retriesItself={error.passing} />}
          {!seen && !error && <Skeleton lines={8} />}
          {seen && state !== 'live' && <StaleNotice asOf={seen.now.as_of} state={state} error={error} />}
          {seen && <Seen seen={seen} isLive={state === 'live'} />}
        </div>
      </main>
    </>
  );
}

function Seen({ seen, isLive }: { seen: SeenNow; isLive: boolean }) {
  const { now } = seen;
  const search = route.useSearch();
  const serverMs = useServerTime(seen, isLive);
  const [stopping, setStopping] = useState<string>();
  return (
    <div className={isLive ? '' : 'opacity-60'}>
      <NowFigures now={now} />
      <HealthSection now={now} serverMs={serverMs} />
      <RunningTurns now={now} serverMs={serverMs} search={search} onStop={setStopping} />
      <QueueTable now={now} serverMs={serverMs} />
      <FailureList failures={now.failures} />
      <ServerTable instances={now.instances} serverMs={serverMs} />
      <StopSession sessionId={stopping} onClose={() => setStopping(undefined)} />
    </div>
  );
}
