import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { FlaskConical, Gauge } from 'lucide-react';
import { fetchCorpus } from '../api/knowledge.ts';
import { named, t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { usePagePlace } from '../shell/use-page-place.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AccessList } from './access-list.tsx';
import { AddPage } from './add-page.tsx';
import { ArchivedCorpus } from './archived-corpus.tsx';
import { AccessButton } from './corpus-access/access-button.tsx';
import { CorpusFacts } from './corpus-facts.tsx';
import { CorpusMenu } from './corpus-menu.tsx';
import { DocumentTable } from './document-table.tsx';
import { EmbedderBanner } from './embedder-banner.tsx';
import { TagChips } from './tags/tag-chips.tsx';
import { UploadArea } from './upload-area.tsx';

export function CorpusPage() {
  const { corpusId } = useParams({ from: '/shell/knowledge/$corpusId' });
  const query = useQuery({
    queryKey: [knowledgeKey, 'corpus', corpusId],
    queryFn: ({ signal }) => fetchCorpus(corpusId, signal),
  });
  const corpus = query.data;
  const curates = corpus?.access === 'curate';
  const isOpen = corpus?.archived_at === null;
  useTitle(corpus?.name ?? t('Corpus'));
  const pane = usePagePlace(corpus !== undefined);
  return (
    <>
      <PageHeader title={corpus?.name ?? (query.error && t('Corpus'))}>
        {corpus && isOpen && (
          <Link
            to="/knowledge/$corpusId/try"
            params={{ corpusId }}
            search={{}}
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover"
          >
            <FlaskConical aria-hidden className="size-4" />{' '}
            <span className="max-sm:sr-only">{t('Try a question')}</span>
          </Link>
        )}
        {curates && (
          <Link
            to="/knowledge/$corpusId/evaluation"
            params={{ corpusId }}
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover"
          >
            <Gauge aria-hidden className="size-4" /> <span className="max-sm:sr-only">{t('Evaluation')}</span>
          </Link>
        )}
        {curates && <AccessButton corpus={corpus} />}
        {curates && <CorpusMenu corpus={corpus} />}
      </PageHeader>
      <main ref={pane} data-pane className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-5xl">
          <EmbedderBanner />
          {query.isPending && <Skeleton lines={3} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {corpus && <ArchivedCorpus corpus={corpus} />}
          {corpus && <CorpusFacts corpus={corpus} />}
          {corpus && <TagChips tags={corpus.tags} title={corpus.name} className="mb-3" />}
          {corpus?.description && (
            <p className="mb-4 max-w-2xl text-sm text-muted">
              <bdi>{named(corpus.description)}</bdi>
            </p>
          )}
          {curates && isOpen && <UploadArea corpusId={corpusId} />}
          {curates && isOpen && <AddPage corpusId={corpusId} />}
          {corpus && <DocumentTable corpusId={corpusId} curates={curates} />}
          {curates && (
            <div className="mt-6">
              <AccessList of={{ corpusId }} title={t('Who opened documents')} />
            </div>
          )}
        </div>
      </main>
    </>
  );
}
