import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { LegalHold } from '../../../../src/contract/legal-holds.ts';
import { listHolds } from '../../../api/legal-holds.ts';
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
      title="Legal holds"
      hint="What is under a hold is erased by nothing: no rule, no bin, not its owner, not by erasing a person. Copies and exports go on."
      actions={<Button onClick={() => setPlacing(true)}>Place a hold</Button>}
    >
      {query.isPending && <Skeleton lines={4} />}
      {query.error && !query.data && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {holds?.length === 0 && <Empty title="Nothing is under a legal hold." />}
      {holds && holds.length > 0 && (
        <ul aria-label="Holds" className="divide-y divide-line rounded-xl border border-line bg-surface">
          {holds.map((hold) => (
            <HoldItem key={hold.id} hold={hold} onRelease={() => setReleasing(hold)} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
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
          {hold.kind === 'user' ? 'Person: ' : 'Session: '}
          {hold.kind === 'user' ? (
            <Link to="/admin/users/$userId" params={{ userId: hold.subject_id }} className="link">
              {hold.subject_name}
            </Link>
          ) : (
            <Link to="/admin/sessions/$sessionId" params={{ sessionId: hold.subject_id }} className="link">
              {hold.subject_name}
            </Link>
          )}
        </p>
        <p className="text-sm wrap-anywhere">{hold.reason === '' ? 'The reason is erased.' : hold.reason}</p>
        <p className="mt-0.5 text-xs text-muted">
          Placed by {hold.placed_by} <Moment at={hold.placed_at} />
          {hold.released_at && (
            <>
              {' '}
              · released by {hold.released_by ?? 'the server'} <Moment at={hold.released_at} />
              {hold.release_reason && `: ${hold.release_reason}`}
            </>
          )}
        </p>
      </div>
      {hold.released_at ? (
        <span className="text-sm text-muted">Released</span>
      ) : (
        <Button aria-label={`Release the hold on ${hold.subject_name}`} onClick={onRelease}>
          Release
        </Button>
      )}
    </li>
  );
}
