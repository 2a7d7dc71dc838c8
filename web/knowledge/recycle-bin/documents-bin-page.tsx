import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { fetchCorpus } from '../../api/knowledge.ts';
import { listDocumentsInBin, purgeDocument, restoreDocument } from '../../api/recycle-bin.ts';
import { rich, t } from '../../i18n/translate.ts';
import { useKeptFor } from '../../retention/use-kept-for.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { byteSize } from '../../ui/byte-size.ts';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { type BinItem, BinList } from './bin-list.tsx';

/** Deleted documents of a corpus: each can be brought back until its time is over. */
export function DocumentsBinPage() {
  const days = useKeptFor().document_bin ?? 0;
  useTitle(t('Recycle bin'));
  const { corpusId } = useParams({ from: '/shell/knowledge/$corpusId/bin' });
  const corpus = useQuery({
    queryKey: [knowledgeKey, 'corpus', corpusId],
    queryFn: ({ signal }) => fetchCorpus(corpusId, signal),
  });
  const query = useInfiniteQuery({
    queryKey: [knowledgeKey, 'bin', corpusId],
    queryFn: ({ pageParam, signal }) =>
      listDocumentsInBin(corpusId, { limit: 100, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = query.data?.pages
    .flatMap(({ documents }) => documents)
    .map(
      (document): BinItem => ({
        id: document.document_id,
        name: document.title,
        about: document.bytes > 0 ? `${document.filename} · ${byteSize(document.bytes)}` : document.filename,
        deletedAt: document.deleted_at,
        deletedBy: document.deleted_by,
        keptUntil: document.kept_until,
        restore: () => restoreDocument(document.document_id),
        purge: () => purgeDocument(document.document_id),
      }),
    );
  return (
    <>
      <PageHeader title={t('Recycle bin')} />
      <main data-pane className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-5xl">
          <p className="mb-5 max-w-3xl text-sm text-muted">
            {rich(
              'Documents deleted from {corpus} are kept here ' +
                '{days, plural, =0 {for ever} one {for # day} other {for # days}}' +
                '. Nobody can search or open them meanwhile.',
              {
                corpus: (
                  <Link to="/knowledge/$corpusId" params={{ corpusId }} className="link">
                    {corpus.data?.name ?? t('this corpus')}
                  </Link>
                ),
                days,
              },
            )}
          </p>
          {query.isPending && <Skeleton lines={4} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {items?.length === 0 && <Empty title={t('No document is in the bin.')} />}
          {items && items.length > 0 && (
            <BinList
              label={t('Deleted documents')}
              items={items}
              isWhole={!query.hasNextPage}
              whatGoes={t(
                'Its file, its text and its passages go with it. Answers already given keep their quotes. This cannot ' +
                  'be undone.',
              )}
              queryKey={[knowledgeKey]}
            />
          )}
          {query.hasNextPage && (
            <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('Show more')}
            </Button>
          )}
        </div>
      </main>
    </>
  );
}
