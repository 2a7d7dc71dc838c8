import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { DocumentAccess } from '../../src/contract/documents.ts';
import { type AccessesOf, listAccesses } from '../api/knowledge.ts';
import { rich, t } from '../i18n/translate.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { Moment } from '../ui/moment.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';

/** Who opened a document, or the documents of a corpus, for its curators. Asked for once somebody wants to know. */
export function AccessList({ of, title }: { of: AccessesOf; title: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="group text-sm open:w-full" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="flex w-max list-none items-center gap-1 text-muted hover:text-ink">
        <ChevronRight
          aria-hidden
          className="size-4 transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
        />
        {title}
      </summary>
      {isOpen && <Accesses of={of} />}
    </details>
  );
}

function Accesses({ of }: { of: AccessesOf }) {
  const query = useInfiniteQuery({
    queryKey: [knowledgeKey, 'accesses', of],
    queryFn: ({ pageParam, signal }) =>
      listAccesses(of, { limit: 50, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const accesses = query.data?.pages.flatMap((page) => page.accesses);
  return (
    <div className="mt-2 max-h-72 overflow-y-auto ps-5">
      {query.isPending && <Skeleton lines={2} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {accesses?.length === 0 && <p className="text-muted">{t('Nobody opened it yet.')}</p>}
      <ul className="space-y-1">
        {accesses?.map((access, index) => (
          // Two openings of one moment are told apart by their place alone.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={`${access.at} ${index}`}>
            <Access access={access} namesDocument={'corpusId' in of} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mt-2" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
    </div>
  );
}

function Access({ access, namesDocument }: { access: DocumentAccess; namesDocument: boolean }) {
  return (
    <span className="wrap-anywhere text-muted">
      {rich(
        '{username}{isByKey, select, true {, with an API key,} other {}} opened ' +
          '{what, select, original {the original} other {the text}}' +
          '{version, plural, =1 {} other { of version {version}}}' +
          '{namesDocument, select, true { of {document}} other {}} {when}',
        {
          username: <span className="text-ink">{access.username}</span>,
          isByKey: access.by_api_key,
          what: access.what,
          version: access.version ?? 1,
          namesDocument,
          document: (
            <Link to="/documents/$documentId" params={{ documentId: access.document_id }} search={{}} className="link">
              {access.document_title}
            </Link>
          ),
          when: <Moment at={access.at} />,
        },
      )}
    </span>
  );
}
