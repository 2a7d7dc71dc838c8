import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { DocumentCounts as Counts, Document, DocumentState as State } from '../../src/contract/documents.ts';
import { deleteDocument, listDocuments } from '../api/knowledge.ts';
import { number } from '../i18n/numbers.ts';
import { t } from '../i18n/translate.ts';
import { useKeptFor } from '../retention/use-kept-for.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { byteSize } from '../ui/byte-size.ts';
import { Confirm } from '../ui/dialog.tsx';
import { Moment } from '../ui/moment.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { rowCount, VirtualTableRows } from '../ui/virtual-table-rows.tsx';
import { bareAddress } from './bare-address.ts';
import { DocumentCounts } from './document-counts.tsx';
import { DocumentNotices } from './document-notices.tsx';
import { DocumentState } from './document-state.tsx';
import { ReadAgainFailed } from './read-again-failed.tsx';
import { ReadingAction } from './reading-action.tsx';
import { SelectBox } from './tags/select-box.tsx';
import { SelectedDocuments } from './tags/selected-documents.tsx';
import { TagChips } from './tags/tag-chips.tsx';
import { TagFilter } from './tags/tag-filter.tsx';
import { useSelection } from './tags/use-selection.ts';

const isUnderWay = ({ queued, parsing, embedding }: Counts) => queued + parsing + embedding > 0;
/** Its address for a web page, its file’s name for any other. */
const nameBelow = ({ origin, filename }: Document) => (origin ? bareAddress(origin.address) : filename);

/** A corpus's documents: what was read of each, what is under way, and what failed and why. */
export function DocumentTable({ corpusId, curates }: { corpusId: string; curates: boolean }) {
  const days = useKeptFor().document_bin ?? 0;
  const queryClient = useQueryClient();
  const [deleting, setDeleting] = useState<Document>();
  const [state, setState] = useState<State>();
  const [tag, setTag] = useState<string>();
  const query = useInfiniteQuery({
    queryKey: [knowledgeKey, 'documents', corpusId, state, tag],
    queryFn: ({ pageParam, signal }) =>
      listDocuments(
        corpusId,
        {
          limit: 100,
          ...(state && { state }),
          ...(tag !== undefined && { tag }),
          ...(pageParam !== '' && { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    // The feed says when something changed; progress within a document is asked for.
    refetchInterval: ({ state: { data } }) => (data?.pages.some(({ counts: now }) => isUnderWay(now)) ? 2000 : false),
  });
  const pages = query.data?.pages;
  const documents = useMemo(() => pages?.flatMap((page) => page.documents), [pages]);
  const counts = query.data?.pages.at(-1)?.counts;
  const selection = useSelection(documents ?? []);

  if (query.isPending) return <Skeleton lines={6} />;
  return (
    <>
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-4" />}
      {counts && (
        <div className="flex flex-wrap items-start justify-between gap-x-3">
          <DocumentCounts counts={counts} chosen={state} onChoose={setState} />
          <TagFilter corpusId={corpusId} chosen={tag} onChoose={setTag} />
          {curates && counts.failed > 1 && <ReadAgainFailed corpusId={corpusId} failed={counts.failed} />}
        </div>
      )}
      {documents?.length === 0 && (state ?? tag) && (
        <p className="py-6 text-center text-sm text-muted">{nothingWords(state, tag)}</p>
      )}
      {documents?.length === 0 && !(state ?? tag) && (
        <Empty title={t('No documents yet.')}>
          {curates
            ? t('Drop some above. Each can be asked about as soon as it is ready.')
            : t('A curator can add some.')}
        </Empty>
      )}
      {curates && <SelectedDocuments corpusId={corpusId} documents={selection.selected} onClear={selection.clear} />}
      {documents && documents.length > 0 && (
        <TableFrame label={t('Documents')} rowCount={rowCount(documents.length, !query.hasNextPage)}>
          <thead className="text-start text-xs text-muted">
            <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
              {curates && (
                <th className="w-8 pe-0!">
                  <SelectBox label={t('Select all shown')} on={selection.isAll} onToggle={selection.toggleAll} />
                </th>
              )}
              <th>{t('Document')}</th>
              <th>{t('State')}</th>
              <th className="text-end">{t('Pages')}</th>
              <th className="text-end">{t('Passages')}</th>
              <th className="text-end">{t('Size')}</th>
              <th>{t('Added')}</th>
              {curates && <th className="sr-only">{t('Actions')}</th>}
            </tr>
          </thead>
          <VirtualTableRows
            items={documents}
            keyOf={idOf}
            rowPx={61}
            rowClass="border-b border-line align-top last:border-0 *:px-4 *:py-2.5"
          >
            {(document) => (
              <>
                {curates && (
                  <td className="pe-0!">
                    <SelectBox
                      label={t('Select {title}', { title: document.title })}
                      on={selection.has(document.document_id)}
                      onToggle={() => selection.toggle(document.document_id)}
                    />
                  </td>
                )}
                <td className="max-w-80 min-w-44">
                  <Link
                    to="/documents/$documentId"
                    params={{ documentId: document.document_id }}
                    search={{}}
                    className="font-medium wrap-anywhere hover:text-accent hover:underline"
                  >
                    {document.title}
                  </Link>
                  {nameBelow(document) !== document.title && (
                    <span className="block truncate text-xs text-muted">{nameBelow(document)}</span>
                  )}
                  <TagChips tags={document.tags} title={document.title} onChoose={setTag} className="mt-1" />
                </td>
                <td className="max-w-72 min-w-48">
                  <DocumentState document={document} />
                  <DocumentNotices notices={document.notices} className="mt-1" />
                </td>
                <td className="text-end tabular-nums">{document.pages > 0 ? document.pages : '–'}</td>
                <td className="text-end tabular-nums">{number(document.passages)}</td>
                <td className="text-end whitespace-nowrap tabular-nums">
                  {document.bytes > 0 ? byteSize(document.bytes) : '–'}
                </td>
                <td>
                  <Moment at={document.created_at} className="text-muted" />
                </td>
                {curates && (
                  <td className="py-1! ps-0! text-end whitespace-nowrap">
                    <ReadingAction document={document} />
                    <IconButton
                      label={t('Delete {title}', { title: document.title })}
                      onClick={() => setDeleting(document)}
                    >
                      <Trash2 aria-hidden />
                    </IconButton>
                  </td>
                )}
              </>
            )}
          </VirtualTableRows>
        </TableFrame>
      )}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
      <Confirm
        open={deleting !== undefined}
        onOpenChange={(open) => !open && setDeleting(undefined)}
        title={t('Delete “{name}”?', { name: deleting?.title ?? '' })}
        action={t('Delete document')}
        onConfirm={async () => {
          if (deleting) await deleteDocument(deleting.document_id);
          await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
        }}
      >
        {t(
          'It is no longer found or quoted. Answers already given keep their quotes. It stays in the recycle bin of this ' +
            'corpus {days, plural, =0 {for ever} one {for # day} other {for # days}}, and can be restored from there.',
          { days },
        )}
      </Confirm>
    </>
  );
}

const idOf = (document: Document) => document.document_id;

function nothingWords(state: State | undefined, tag: string | undefined): string {
  if (tag === undefined) return t('No document is in this state now.');
  return state
    ? t('No document in this state has the tag “{tag}” now.', { tag })
    : t('No document has the tag “{tag}” now.', { tag });
}
