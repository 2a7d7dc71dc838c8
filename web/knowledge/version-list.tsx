import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, Download } from 'lucide-react';
import { useState } from 'react';
import type { DocumentVersion } from '../../src/contract/document-versions.ts';
import { listVersions } from '../api/document-versions.ts';
import { originalOf } from '../api/knowledge.ts';
import { rich, t } from '../i18n/translate.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { byteSize } from '../ui/byte-size.ts';
import { Moment } from '../ui/moment.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { counted } from './page-words.ts';

/** The versions of a document that are kept. Asked for once somebody wants to know. */
export function VersionList({ documentId }: { documentId: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="group text-sm open:w-full" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="flex w-max list-none items-center gap-1 text-muted hover:text-ink">
        <ChevronRight
          aria-hidden
          className="size-4 transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
        />
        {t('Versions')}
      </summary>
      {isOpen && <Versions documentId={documentId} />}
    </details>
  );
}

function Versions({ documentId }: { documentId: string }) {
  const query = useInfiniteQuery({
    queryKey: [knowledgeKey, 'versions', documentId],
    queryFn: ({ pageParam, signal }) =>
      listVersions(documentId, { limit: 20, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const versions = query.data?.pages.flatMap((page) => page.versions);
  return (
    <div className="mt-2 max-h-72 overflow-y-auto ps-5">
      {query.isPending && <Skeleton lines={2} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      <ul aria-label={t('Versions')} className="space-y-2">
        {versions?.map((version) => (
          <li key={version.version}>
            <Version documentId={documentId} version={version} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mt-2" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
      <p className="mt-2 text-xs text-muted">
        {t('An older version is kept while an answer quotes it, and for a day after it was replaced.')}
      </p>
    </div>
  );
}

function Version({ documentId, version: it }: { documentId: string; version: DocumentVersion }) {
  const isShown = it.state === 'current' || it.state === 'old';
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-0.5 wrap-anywhere text-muted">
      <span className="text-ink">
        {t(
          'Version {version}{state, select, old {} current { (current)} failed { (did not come)} ' +
            'other { (is being read)}}',
          { version: it.version, state: it.state },
        )}
      </span>
      <span>
        {rich(
          '{how, select, added {Added} replaced {Original replaced} fetched {Fetched again} other {Read again}}' +
            '{isByOne, select, true { by {by}} other {}} {when}',
          { how: it.how, isByOne: Boolean(it.by), by: it.by, when: <Moment at={it.at} /> },
        )}
      </span>
      <span>{it.filename}</span>
      {it.has_original && <span>{byteSize(it.bytes)}</span>}
      {isShown && <span>{counted(it.passages, 'passage')}</span>}
      {isShown && it.has_text && (
        <Link
          to="/documents/$documentId"
          params={{ documentId }}
          search={it.state === 'old' ? { version: it.version } : {}}
          aria-label={t('Text of version {version}', { version: it.version })}
          className="link"
        >
          {t('Text')}
        </Link>
      )}
      {isShown && it.has_original && (
        <a
          href={originalOf(documentId, it.version)}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t('Original of version {version}', { version: it.version })}
          className="inline-flex items-center gap-1 link"
        >
          <Download aria-hidden className="size-3.5" /> {t('Original')}
        </a>
      )}
    </span>
  );
}
