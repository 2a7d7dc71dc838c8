import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, ExternalLink, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Citation } from '../../src/contract/events.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import { fetchDocumentText, originalOf } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { DocumentClosed } from '../knowledge/document-closed.tsx';
import { DocumentGone } from '../knowledge/document-gone.tsx';
import { IconButton } from '../ui/button.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useMediaQuery } from '../ui/use-media-query.ts';
import { useReturnFocus } from '../ui/use-return-focus.ts';
import { excerpt } from './excerpt.ts';

/** The passage behind a citation, in its document: beside the answer, or over the whole screen of a phone. */
export function SourcePanel({ citation, onClose }: { citation: Citation; onClose(): void }) {
  const query = useText(citation);
  const isOutOfReach = query.error !== null && ['gone', 'not_found'].includes(asApiError(query.error).code);
  const wide = useMediaQuery('(min-width: 64rem)');
  const heading = useRef<HTMLHeadingElement>(null);
  const returnFocus = useReturnFocus(true);
  useEffect(() => {
    if (wide) heading.current?.focus({ preventScroll: true });
  }, [wide]);

  if (wide) {
    return (
      <aside
        aria-label={t('Source')}
        className="flex w-[27rem] shrink-0 flex-col border-s border-line bg-surface"
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
        }}
      >
        <Heading citation={citation} isOutOfReach={isOutOfReach} close={<CloseButton onClick={onClose} />}>
          <h2 ref={heading} tabIndex={-1} className="truncate font-semibold outline-none">
            {citation.document_title}
          </h2>
        </Heading>
        <Passage key={`${citation.document_id}:${citation.start}`} citation={citation} />
      </aside>
    );
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          {...returnFocus}
          className="fixed inset-0 z-40 flex flex-col bg-surface"
        >
          <Heading citation={citation} isOutOfReach={isOutOfReach} close={<CloseButton onClick={onClose} />}>
            <Dialog.Title className="truncate font-semibold">{citation.document_title}</Dialog.Title>
          </Heading>
          <Passage key={`${citation.document_id}:${citation.start}`} citation={citation} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useText({ document_id: id, document_version: version }: Citation) {
  return useQuery({
    queryKey: ['document-text', id, version],
    queryFn: ({ signal }) => fetchDocumentText(id, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const CloseButton = ({ onClick }: { onClick(): void }) => (
  <IconButton label={t('Close source')} onClick={onClick}>
    <X aria-hidden />
  </IconButton>
);

type HeadingProps = { citation: Citation; isOutOfReach: boolean; close: ReactNode; children: ReactNode };

function Heading({ citation, isOutOfReach, close, children }: HeadingProps) {
  const { document_id: documentId, document_version: version, start, end } = citation;
  return (
    <header className="shrink-0 border-b border-line py-2.5 pe-2 ps-4">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1 pt-1.5">
          {children}
          <p className="mt-0.5 truncate text-xs text-muted">
            {t('Source {n}', { n: citation.n })} · {citation.corpus_name}
            {citation.page !== undefined && ` · ${t('page {page}', { page: citation.page })}`}
          </p>
        </div>
        {close}
      </div>
      {!isOutOfReach && (
        <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          <Link
            to="/documents/$documentId"
            params={{ documentId }}
            search={{ version, start, end }}
            className="inline-flex items-center gap-1.5 link"
          >
            <ExternalLink aria-hidden className="size-3.5" /> {t('Whole document')}
          </Link>
          <a
            href={originalOf(documentId, version)}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex items-center gap-1.5 link"
          >
            <Download aria-hidden className="size-3.5" /> {t('Open original')}
          </a>
        </p>
      )}
    </header>
  );
}

function WhyNot({ citation, error, onRetry }: { citation: Citation; error: ApiError; onRetry(): void }) {
  if (error.code === 'gone') return <DocumentGone title={citation.document_title} />;
  if (error.code === 'not_found') return <DocumentClosed />;
  return <Failure error={error} onRetry={onRetry} />;
}

function Passage({ citation }: { citation: Citation }) {
  const query = useText(citation);
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    if (query.data) mark.current?.scrollIntoView({ block: 'center' });
  }, [query.data]);

  if (query.isPending) return <Skeleton lines={8} className="p-4" />;
  if (query.error) {
    return (
      <div className="overflow-y-auto p-4">
        <WhyNot citation={citation} error={asApiError(query.error)} onRetry={() => void query.refetch()} />
        <p className="mt-4 text-sm text-muted">{t('The answer quoted:')}</p>
        <blockquote className="mt-1 text-sm whitespace-pre-wrap">
          <mark>{citation.quote}</mark>
        </blockquote>
      </div>
    );
  }
  const { before, passage, after, cutBefore, cutAfter } = excerpt(query.data.text, citation);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <div
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto px-4 py-4 text-sm leading-relaxed wrap-anywhere whitespace-pre-wrap"
    >
      {cutBefore && <span className="text-faint">… </span>}
      <span className="text-muted">{before}</span>
      <mark ref={mark} className="text-ink">
        {passage}
      </mark>
      <span className="text-muted">{after}</span>
      {cutAfter && <span className="text-faint"> …</span>}
    </div>
  );
}
