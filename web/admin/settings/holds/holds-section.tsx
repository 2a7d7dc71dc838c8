import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { LegalHold } from '../../../../src/contract/legal-holds.ts';
import { listHolds } from '../../../api/legal-holds.ts';
import { named, rich, t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Moment } from '../../../ui/moment.tsx';
import { Section } from '../../../ui/section.tsx';
import { Empty, Failure, Skeleton } from '../../../ui/states.tsx';
import { PlaceHold, ReleaseHold } from './hold-dialogs.tsx';
import { holdsKey } from './holds-key.ts';

/** What nothing may erase, and why. */
export function HoldsSection() {
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<LegalHold>();
  const query = useInfiniteQuery({
    queryKey: holdsKey,
    queryFn: ({ pageParam, signal }) => listHolds(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const holds = query.data?.pages.flatMap((page) => page.holds);
  return (
    <Section
      title={t('Legal holds')}
      hint={t(
        'What is under a hold is erased by nothing: no rule, no bin, not its owner, not by erasing a person. Copies and exports go on.',
      )}
      actions={<Button onClick={() => setPlacing(true)}>{t('Place a hold')}</Button>}
    >
      {query.isPending && <Skeleton lines={4} />}
      {query.error && !query.data && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {holds?.length === 0 && <Empty title={t('Nothing is under a legal hold.')} />}
      {holds && holds.length > 0 && (
        <ul aria-label={t('Holds')} className="divide-y divide-line rounded-xl border border-line bg-surface">
          {holds.map((hold) => (
            <HoldItem key={hold.id} hold={hold} onRelease={() => setReleasing(hold)} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
      {placing && <PlaceHold onClose={() => setPlacing(false)} />}
      {releasing && <ReleaseHold hold={releasing} onClose={() => setReleasing(undefined)} />}
    </Section>
  );
}

function HoldItem({ hold, onRelease }: { hold: LegalHold; onRelease(): void }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-52 flex-1">
        <p className="font-medium wrap-anywhere">
          {hold.kind === 'user'
            ? rich('Person: {name}', {
                name: (
                  <Link to="/admin/users/$userId" params={{ userId: hold.subject_id }} className="link">
                    {hold.subject_name}
                  </Link>
                ),
              })
            : rich('Session: {name}', {
                name: (
                  <Link to="/admin/sessions/$sessionId" params={{ sessionId: hold.subject_id }} className="link">
                    {hold.subject_name}
                  </Link>
                ),
              })}
        </p>
        <p className="text-sm wrap-anywhere">{hold.reason === '' ? t('The reason is erased.') : hold.reason}</p>
        <p className="mt-0.5 text-xs text-muted">
          {rich('Placed by {name} {when}', { name: named(hold.placed_by), when: <Moment at={hold.placed_at} /> })}
          {hold.released_at && (
            <>
              {' · '}
              {rich(
                'released by {by, select, person {{name}} other {the server}} {when}{why, select, told {: {reason}} other {}}',
                {
                  by: hold.released_by === null ? 'server' : 'person',
                  name: hold.released_by,
                  when: <Moment at={hold.released_at} />,
                  why: hold.release_reason ? 'told' : 'none',
                  reason: hold.release_reason,
                },
              )}
            </>
          )}
        </p>
      </div>
      {hold.released_at ? (
        <span className="text-sm text-muted">{t('Released')}</span>
      ) : (
        <Button aria-label={t('Release the hold on {name}', { name: hold.subject_name })} onClick={onRelease}>
          {t('Release')}
        </Button>
      )}
    </li>
  );
}
