import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Moment } from '../ui/moment.tsx';
import { Failure } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { FirstSteps } from './first-steps/first-steps.tsx';
import { sessionTitle } from './session-title.ts';
import { NewTemporarySession } from './new-temporary-session.tsx';
import { StartAgent } from './start-agent.tsx';
import { useNewSession } from './use-new-session.ts';
import { useStartAgent } from './use-start-agent.ts';
import { useSessionRows } from './use-session-rows.ts';

/** Where one arrives: start something, or go on with something. */
export function HomePage() {
  useTitle('');
  const { me } = useServices();
  const { agents, chosen, choose } = useStartAgent();
  const newSession = useNewSession({ agentId: chosen });
  const { rows } = useSessionRows('');
  const recent = rows?.filter((row) => !row.archived).slice(0, 5) ?? [];
  return (
    <>
      <PageHeader title={t('Home')} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-xl px-5 pt-[12vh] pb-10">
          <h2 className="text-2xl font-semibold tracking-tight">{t('Hello, {name}.', { name: me.display_name })}</h2>
          <p className="mt-2 text-muted">
            {t(
              'Ask a question. The answer quotes your team’s documents, and every quote opens the passage it comes from.',
            )}
          </p>
          <div className="mt-5 flex flex-wrap gap-2">
            <Button look="primary" busy={newSession.isPending} onClick={() => newSession.mutate()}>
              <Plus aria-hidden className="size-4" /> {t('New session')}
            </Button>
            <StartAgent agents={agents} chosen={chosen} onChoose={choose} />
          </div>
          {newSession.error && <Failure error={newSession.error} className="mt-4" />}
          <NewTemporarySession agentId={chosen} />
          <FirstSteps sessions={rows} />
          {recent.length > 0 && (
            <section aria-labelledby="recent" className="mt-10">
              <h3 id="recent" className="text-sm font-medium text-muted">
                {t('Go on with')}
              </h3>
              <ul className="mt-2 divide-y divide-line rounded-xl border border-line bg-surface">
                {recent.map((row) => (
                  <li key={row.session_id}>
                    <Link
                      to="/sessions/$sessionId"
                      params={{ sessionId: row.session_id }}
                      className="flex items-baseline justify-between gap-4 rounded-xl px-4 py-2.5 hover:bg-hover"
                    >
                      <span className="truncate">{sessionTitle(row)}</span>
                      <Moment at={row.last_activity} className="text-xs text-muted" />
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </main>
    </>
  );
}
