import { skipToken, useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import type { Document } from '../../src/contract/documents.ts';
import { asApiError } from '../api/errors.ts';
import { fetchCorpus, fetchDocument, originalOf } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { byteSize } from '../ui/byte-size.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AccessList } from './access-list.tsx';
import { DocumentGone } from './document-gone.tsx';
import { DocumentNotices } from './document-notices.tsx';
import { DocumentReading } from './document-reading.tsx';
import { DocumentSource } from './document-source.tsx';
import { DocumentState } from './document-state.tsx';
import { OlderVersion } from './older-version.tsx';
import { counted, pageWord } from './page-words.ts';
import { NextVersionState } from './renewal/next-version-state.tsx';
import { RenewMenu } from './renewal/renew-menu.tsx';
import { RenewalState } from './renewal/renewal-state.tsx';
import { useRenewal } from './renewal/use-renewal.ts';
import { DocumentTags } from './tags/document-tags.tsx';
import { VersionList } from './version-list.tsx';

/** What comes out of an archive are documents of their own. */
const isArchive = ({ media_type }: Document) => media_type === 'application/zip';
const isUnderWay = ({ state, next }: Document) =>
  !['ready', 'failed'].includes(state) || (next !== undefined && next.state !== 'failed');

const isOlder = (version: number | undefined, document: Document) =>
  version !== undefined && version < document.version;

/** A document as it was read, beside its original. */
export function DocumentPage() {
  const { documentId } = useParams({ from: '/shell/documents/$documentId' });
  const place = useSearch({ from: '/shell/documents/$documentId' });
  const facts = useQuery({
    queryKey: [knowledgeKey, 'document', documentId],
    queryFn: ({ signal }) => fetchDocument(documentId, signal),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? 2000 : false),
  });
  const document = facts.data;
  const failure = facts.error ? asApiError(facts.error) : undefined;
  const gone = failure?.code === 'gone' ? failure : undefined;
  const corpusId = document?.corpus_id;
  const corpus = useQuery({
    queryKey: [knowledgeKey, 'corpus', corpusId],
    queryFn: corpusId === undefined ? skipToken : ({ signal }) => fetchCorpus(corpusId, signal),
  });
  const curates = corpus.data?.access === 'curate';
  const renewal = useRenewal(documentId);
  const older = document?.state === 'ready' && isOlder(place.version, document) ? place.version : undefined;
  useTitle(document?.title ?? t('Document'));
  return (
    <>
      <PageHeader title={document?.title ?? (facts.error && (gone?.documentTitle || t('Document')))}>
        {document?.state === 'ready' && curates && !isArchive(document) && (
          <RenewMenu document={document} isArchived={corpus.data?.archived_at !== null} renewal={renewal} />
        )}
        {!gone && document?.bytes !== 0 && older === undefined && (
          <a
            href={originalOf(documentId)}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium hover:bg-hover"
          >
            <Download aria-hidden className="size-4" /> <span className="max-sm:sr-only">{t('Download original')}</span>
          </a>
        )}
      </PageHeader>
      <main className="flex min-h-0 flex-1 flex-col">
        {facts.isPending && <Skeleton lines={10} className="mx-auto w-full max-w-3xl px-4 py-5" />}
        {facts.error && (
          <div className="mx-auto mt-5 w-full max-w-3xl px-4">
            {gone ? (
              <DocumentGone title={gone.documentTitle} />
            ) : (
              <Failure error={facts.error} onRetry={() => void facts.refetch()} />
            )}
          </div>
        )}
        {document && (
          <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 text-sm text-muted sm:px-6">
            <Link to="/knowledge/$corpusId" params={{ corpusId: document.corpus_id }} className="link">
              {corpus.data?.name ?? t('Corpus')}
            </Link>
            <DocumentState document={document} />
            {document.pages > 0 && <span>{counted(document.pages, pageWord(document.media_type))}</span>}
            <span>{counted(document.passages, 'passage')}</span>
            <span>{byteSize(document.bytes)}</span>
            {document.origin && <DocumentSource origin={document.origin} />}
            <RenewalState renewal={renewal} />
            {document.next && <NextVersionState document={document} next={document.next} curates={curates} />}
            {(curates || document.tags.length > 0) && <DocumentTags document={document} curates={curates} />}
            {(document.version > 1 || document.next) && <VersionList documentId={documentId} />}
            {curates && <AccessList of={{ documentId }} title={t('Who opened it')} />}
          </div>
        )}
        {document && <DocumentNotices notices={document.notices} className="shrink-0 px-4 py-2 sm:px-6" />}
        {document && older !== undefined && (
          <OlderVersion document={document} version={older} isQuote={place.end !== undefined} />
        )}
        {document?.state === 'ready' && <DocumentReading document={document} place={place} />}
      </main>
    </>
  );
}
