import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { type ReactNode, useState } from 'react';
import type { AgentVersion } from '../../../src/contract/agents.ts';
import { fetchAgentVersion, listAgentVersions, restoreAgent } from '../../api/agents.ts';
import { named, rich, t } from '../../i18n/translate.ts';
import { agentsKey } from '../../sessions/use-agents.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ForAdministrators } from '../for-administrators.tsx';
import { VersionDiff } from './version-diff.tsx';

export function AdminAgentVersionsPage() {
  return (
    <ForAdministrators>
      <Versions />
    </ForAdministrators>
  );
}

function Versions() {
  const { agentId } = useParams({ from: '/shell/admin/agents/$agentId/versions' });
  const newest = useQuery({
    queryKey: [...agentsKey, 'one', agentId],
    queryFn: ({ signal }) => fetchAgentVersion(agentId, undefined, signal),
  });
  const list = useInfiniteQuery({
    queryKey: [...agentsKey, 'versions', agentId],
    queryFn: ({ pageParam, signal }) => listAgentVersions(agentId, pageParam === 0 ? undefined : pageParam, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next_before ?? undefined,
  });
  const name = newest.data?.definition.name;
  const title = name === undefined ? t('Versions') : t('Versions of {name}', { name });
  useTitle(title);
  const versions = list.data?.pages.flatMap((page) => page.versions);
  const failed = list.error ?? newest.error;
  return (
    <>
      <PageHeader title={title} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <p className="mb-3 text-sm">
          <Link to="/admin/agents/$agentId" params={{ agentId }} className="link">
            {t('Back to the agent')}
          </Link>
        </p>
        {failed && <Failure error={failed} onRetry={() => void list.refetch()} className="mb-3" />}
        {!failed && !versions && <Skeleton lines={5} />}
        {versions && newest.data && (
          <div className="grid gap-x-8 gap-y-6 lg:grid-cols-[20rem_minmax(0,1fr)]">
            <div>
              <VersionList agentId={agentId} versions={versions} newest={newest.data.version} />
              {list.hasNextPage && (
                <Button className="mt-3" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {t('Show older versions')}
                </Button>
              )}
            </div>
            <Comparison agentId={agentId} versions={versions} newest={newest.data.version} />
          </div>
        )}
      </main>
    </>
  );
}

type Among = { agentId: string; versions: AgentVersion[]; newest: number };

function VersionList({ agentId, versions, newest }: Among) {
  const { version: shown = newest } = useSearch({ from: '/shell/admin/agents/$agentId/versions' });
  return (
    <ol
      aria-label={t('Versions')}
      reversed
      className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface text-sm"
    >
      {versions.map(({ version, note, is_delivered, made_by, created_at }) => (
        <li key={version} className={clsx('px-4 py-2.5', version === shown && 'bg-accent-soft')}>
          <p>
            <Link
              to="/admin/agents/$agentId/versions"
              params={{ agentId }}
              search={{ version }}
              aria-current={version === shown || undefined}
              className="font-medium link"
            >
              {t('Version {version}', { version })}
            </Link>
            {version === newest && <span className="ms-2 text-xs text-muted">{t('answers now')}</span>}
          </p>
          <p className="text-xs text-muted">
            <Origin madeBy={made_by} isDelivered={is_delivered} when={<Moment at={created_at} />} />
          </p>
          {note !== '' && <p className="mt-0.5 wrap-anywhere">{named(note)}</p>}
        </li>
      ))}
    </ol>
  );
}

type OriginProps = { madeBy: AgentVersion['made_by']; isDelivered: boolean; when: ReactNode };

function Origin({ madeBy, isDelivered, when }: OriginProps) {
  if (madeBy) return rich('by {name} {when}', { name: madeBy.name, when });
  return isDelivered ? rich('came with Perdure {when}', { when }) : rich('by somebody who is erased {when}', { when });
}

/** One version against another, the one before it where none is chosen. */
function Comparison({ agentId, versions, newest }: Among) {
  const search = useSearch({ from: '/shell/admin/agents/$agentId/versions' });
  const navigate = useNavigate();
  const shown = search.version ?? newest;
  const against = search.against ?? Math.max(1, shown - 1);
  const is = useVersion(agentId, shown);
  const was = useVersion(agentId, against);
  const failed = is.error ?? was.error;
  return (
    <section aria-label={t('Version {version}', { version: shown })}>
      <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
        <h2 className="font-semibold">{t('Version {version}', { version: shown })}</h2>
        <div className="flex flex-wrap items-end gap-3">
          <Field label={t('Against version')}>
            {(id) => (
              <Select
                id={id}
                value={against}
                onChange={(event) =>
                  void navigate({
                    to: '/admin/agents/$agentId/versions',
                    params: { agentId },
                    search: { version: shown, against: Number(event.target.value) },
                    replace: true,
                  })
                }
              >
                {versions.every(({ version }) => version !== against) && <option value={against}>{against}</option>}
                {versions.map(({ version }) => (
                  <option key={version} value={version}>
                    {version}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {shown !== newest && <Restore agentId={agentId} version={shown} newest={newest} />}
        </div>
      </div>
      {failed && <Failure error={failed} />}
      {shown === against ? (
        <p className="text-sm text-muted">
          {shown === 1 ? t('The first version: there is none before it.') : t('They are the same version.')}
        </p>
      ) : is.data && was.data ? (
        <VersionDiff was={was.data.definition} is={is.data.definition} />
      ) : (
        !failed && <Skeleton lines={6} />
      )}
    </section>
  );
}

const useVersion = (agentId: string, version: number) =>
  useQuery({
    queryKey: [...agentsKey, 'version', agentId, version],
    queryFn: ({ signal }) => fetchAgentVersion(agentId, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

function Restore({ agentId, version, newest }: { agentId: string; version: number; newest: number }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const restore = async () => {
    try {
      await restoreAgent(agentId, { base_version: newest, version });
      await navigate({ to: '/admin/agents/$agentId/versions', params: { agentId }, search: {} });
    } finally {
      await queryClient.invalidateQueries({ queryKey: agentsKey });
    }
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('Bring version {version} back', { version })}</Button>
      <Confirm
        open={isOpen}
        onOpenChange={setOpen}
        title={t('Bring version {version} back?', { version })}
        action={t('Bring back')}
        isDangerous={false}
        onConfirm={restore}
      >
        {t('It becomes version {next} and answers from the next question on. Version {newest} stays in the list.', {
          next: newest + 1,
          newest,
        })}
      </Confirm>
    </>
  );
}
