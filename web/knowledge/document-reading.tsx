import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { type ReactNode, useMemo } from 'react';
import type { Document, DocumentText } from '../../src/contract/documents.ts';
import { fetchDocumentText } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useMediaQuery } from '../ui/use-media-query.ts';
import { DocumentTextPane } from './document-text.tsx';
import { MarkdownPane } from './markdown-pane.tsx';
import { type OriginalKind, originalKind } from './original-kind.ts';
import { PdfPane } from './pdf/pdf-pane.tsx';
import { readTables } from './read-tables.ts';
import { TablePane } from './table-pane.tsx';

/** What the address of a document's page asks for: a range of the text of a version, and where there is room for one alone, which side. */
export type DocumentPlace = { version?: number; start?: number; end?: number; view?: DocumentView };
export type DocumentView = 'text' | 'original';

/** The text that was read beside the original: two panes where there is room, else one at a time. */
export function DocumentReading({ document, place }: { document: Document; place: DocumentPlace }) {
  const { document_id: id } = document;
  const version = place.version ?? document.version;
  const query = useQuery({
    queryKey: ['document-text', id, version],
    queryFn: ({ signal }) => fetchDocumentText(id, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isWide = useMediaQuery('(min-width: 72rem)');
  if (query.isPending) return <Skeleton lines={10} className="mx-auto w-full max-w-3xl px-4 py-5" />;
  if (query.error) {
    return (
      <Failure
        error={query.error}
        onRetry={() => void query.refetch()}
        className="mx-auto mt-5 w-full max-w-3xl max-sm:mx-4"
      />
    );
  }
  const text = query.data;
  const kind = originalKind(text.media_type);
  const read = <DocumentTextPane documentId={id} text={text} range={place} />;
  if (kind === undefined) {
    return (
      <>
        <p className="shrink-0 border-b border-line px-4 py-2 text-sm text-muted sm:px-6">
          {t('A file of this type is not drawn here. The original can be downloaded; below is what was read of it.')}
        </p>
        {read}
      </>
    );
  }
  const original = <Original kind={kind} documentId={id} text={text} place={place} />;
  if (isWide) {
    return (
      <div className="flex min-h-0 flex-1 divide-x divide-line">
        {read}
        {original}
      </div>
    );
  }
  const label = kind === 'table' ? t('As a table') : t('Original');
  return <OneAtATime text={read} original={original} label={label} view={place.view ?? firstView(kind, place)} />;
}

/** Who comes to see words of a PDF sees them on its page. */
function firstView(kind: OriginalKind, { end }: DocumentPlace): DocumentView {
  return kind === 'pdf' && end !== undefined ? 'original' : 'text';
}

type OneAtATimeProps = { text: ReactNode; original: ReactNode; label: string; view: DocumentView };

function OneAtATime({ text, original, label, view }: OneAtATimeProps) {
  const navigate = useNavigate({ from: '/documents/$documentId' });
  const show = (shown: string) => {
    const next: DocumentView = shown === 'original' ? 'original' : 'text';
    void navigate({ search: (before) => ({ ...before, view: next }), replace: true, resetScroll: false });
  };
  return (
    <Tabs.Root value={view} onValueChange={show} className="flex min-h-0 flex-1 flex-col">
      <Tabs.List aria-label={t('What to see of the document')} className="flex shrink-0 border-b border-line px-2">
        <Tab value="text">{t('Text read')}</Tab>
        <Tab value="original">{label}</Tab>
      </Tabs.List>
      <Tabs.Content value="text" className="flex min-h-0 flex-1 flex-col" tabIndex={-1}>
        {text}
      </Tabs.Content>
      <Tabs.Content value="original" className="flex min-h-0 flex-1 flex-col" tabIndex={-1}>
        {original}
      </Tabs.Content>
    </Tabs.Root>
  );
}

const Tab = ({ value, children }: { value: DocumentView; children: ReactNode }) => (
  <Tabs.Trigger
    value={value}
    className="min-h-10 flex-1 border-b-2 border-transparent px-3 text-sm text-muted outline-offset-[-2px] data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
  >
    {children}
  </Tabs.Trigger>
);

type OriginalProps = { kind: OriginalKind; documentId: string; text: DocumentText; place: DocumentPlace };

function Original({ kind, documentId, text, place }: OriginalProps) {
  switch (kind) {
    case 'pdf':
      return <PdfPane documentId={documentId} text={text} range={place} />;
    case 'markdown':
      return <MarkdownPane text={text.text} range={place} />;
    case 'table':
      return <Tables text={text.text} range={place} />;
  }
}

function Tables({ text, range }: { text: string; range: DocumentPlace }) {
  const tables = useMemo(() => readTables(text), [text]);
  return <TablePane tables={tables} range={range} />;
}
