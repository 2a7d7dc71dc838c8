import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { fetchCorpus, fetchDocument, fetchDocumentText, originalOf } from '../api/knowledge.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { byteSize } from '../ui/byte-size.ts';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { DocumentState } from './document-state.tsx';
import { type TextSection, textSections } from './text-sections.ts';

/** A document as it was read: its text, page by page where it has pages, with the asked range marked. */
export function DocumentPage() {
  const { documentId } = useParams({ from: '/shell/documents/$documentId' });
  const place = useSearch({ from: '/shell/documents/$documentId' });
  const facts = useQuery({
    queryKey: [knowledgeKey, 'document', documentId],
    queryFn: ({ signal }) => fetchDocument(documentId, signal),
    refetchInterval: ({ state }) => (state.data && !['ready', 'failed'].includes(state.data.state) ? 2000 : false),
  });
  const document = facts.data;
  useTitle(document?.title ?? 'Document');
  return (
    <>
      <PageHeader title={document?.title ?? (facts.error && 'Document')}>
        <a
          href={originalOf(documentId)}
          target="_blank"
          rel="noopener noreferrer"
          className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium hover:bg-hover"
        >
          <Download aria-hidden className="size-4" /> <span className="max-sm:sr-only">Open original</span>
        </a>
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-3xl">
          {facts.isPending && <Skeleton lines={10} />}
          {facts.error && <Failure error={facts.error} onRetry={() => void facts.refetch()} />}
          {document && (
            <div className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
              <CorpusLink id={document.corpus_id} />
              <DocumentState document={document} />
              {document.pages > 0 && <span>{document.pages.toLocaleString()} pages</span>}
              <span>{document.passages.toLocaleString()} passages</span>
              <span>{byteSize(document.bytes)}</span>
            </div>
          )}
          {document?.state === 'ready' && (
            <Text id={documentId} {...place} version={place.version ?? document.version} />
          )}
        </div>
      </main>
    </>
  );
}

function CorpusLink({ id }: { id: string }) {
  const { data } = useQuery({
    queryKey: [knowledgeKey, 'corpus', id],
    queryFn: ({ signal }) => fetchCorpus(id, signal),
  });
  return (
    <Link to="/knowledge/$corpusId" params={{ corpusId: id }} className="text-accent hover:underline">
      {data?.name ?? 'Corpus'}
    </Link>
  );
}

function Text({ id, version, start, end }: { id: string; version: number; start?: number; end?: number }) {
  const query = useQuery({
    queryKey: ['document-text', id, version],
    queryFn: ({ signal }) => fetchDocumentText(id, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const sections = useMemo(
    () => (query.data ? textSections(query.data, { start, end }) : []),
    [query.data, start, end],
  );
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    if (sections.length > 0) mark.current?.scrollIntoView({ block: 'center' });
  }, [sections]);
  const firstMarked = sections.findIndex((section) => section.marked !== '');

  if (query.isPending) return <Skeleton lines={10} />;
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.text.trim() === '') return <Empty title="No text was found in this document." />;
  return (
    <div className="leading-relaxed wrap-anywhere whitespace-pre-wrap">
      {sections.map((section, index) => (
        <Section key={section.start} section={section} markRef={index === firstMarked ? mark : undefined} />
      ))}
    </div>
  );
}

function Section({ section, markRef }: { section: TextSection; markRef: React.Ref<HTMLElement> | undefined }) {
  return (
    <section className={section.marked === '' ? '[contain-intrinsic-size:auto_60rem] [content-visibility:auto]' : ''}>
      {section.page !== undefined && (
        <h2 className="mt-8 mb-3 flex items-center gap-3 text-xs font-medium text-muted after:h-px after:flex-1 after:bg-line">
          Page {section.page}
        </h2>
      )}
      {section.before}
      {section.marked !== '' && <mark ref={markRef}>{section.marked}</mark>}
      {section.after}
    </section>
  );
}
