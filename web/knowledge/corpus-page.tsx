import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArchiveRestore, FlaskConical, Gauge, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { deleteCorpus, fetchCorpus } from '../api/knowledge.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { IconButton } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AccessList } from './access-list.tsx';
import { AddPage } from './add-page.tsx';
import { EditCorpus } from './corpus-dialogs.tsx';
import { DocumentTable } from './document-table.tsx';
import { EmbedderBanner } from './embedder-banner.tsx';
import { UploadArea } from './upload-area.tsx';

export function CorpusPage() {
  const { corpusId } = useParams({ from: '/shell/knowledge/$corpusId' });
  const query = useQuery({
    queryKey: [knowledgeKey, 'corpus', corpusId],
    queryFn: ({ signal }) => fetchCorpus(corpusId, signal),
  });
  const corpus = query.data;
  const curates = corpus?.access === 'curate';
  useTitle(corpus?.name ?? 'Corpus');
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await deleteCorpus(corpusId);
    await navigate({ to: '/knowledge' });
    await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
  };
  return (
    <>
      <PageHeader title={corpus?.name ?? (query.error && 'Corpus')}>
        {corpus && (
          <Link
            to="/knowledge/$corpusId/try"
            params={{ corpusId }}
            search={{}}
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover"
          >
            <FlaskConical aria-hidden className="size-4" /> <span className="max-sm:sr-only">Try a question</span>
          </Link>
        )}
        {curates && (
          <Link
            to="/knowledge/$corpusId/evaluation"
            params={{ corpusId }}
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover"
          >
            <Gauge aria-hidden className="size-4" /> <span className="max-sm:sr-only">Evaluation</span>
          </Link>
        )}
        {curates && (
          <Link
            to="/knowledge/$corpusId/bin"
            params={{ corpusId }}
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover"
          >
            <ArchiveRestore aria-hidden className="size-4" /> <span className="max-sm:sr-only">Recycle bin</span>
          </Link>
        )}
        {curates && (
          <IconButton label="Rename or describe this corpus" onClick={() => setEditing(true)}>
            <Pencil aria-hidden />
          </IconButton>
        )}
        {curates && (
          <IconButton label="Delete this corpus" onClick={() => setDeleting(true)}>
            <Trash2 aria-hidden />
          </IconButton>
        )}
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-5xl">
          <EmbedderBanner />
          {query.isPending && <Skeleton lines={3} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {corpus?.description && <p className="mb-4 max-w-2xl text-sm text-muted">{corpus.description}</p>}
          {curates && <UploadArea corpusId={corpusId} />}
          {curates && <AddPage corpusId={corpusId} />}
          {corpus && <DocumentTable corpusId={corpusId} curates={curates} />}
          {curates && (
            <div className="mt-6">
              <AccessList of={{ corpusId }} title="Who opened documents" />
            </div>
          )}
        </div>
      </main>
      {corpus && <EditCorpus corpus={corpus} open={editing} onOpenChange={setEditing} />}
      {corpus && (
        <Confirm
          open={deleting}
          onOpenChange={setDeleting}
          title={`Delete “${corpus.name}”?`}
          action="Delete corpus"
          onConfirm={remove}
        >
          Its {corpus.documents.toLocaleString()} {corpus.documents === 1 ? 'document is' : 'documents are'} no longer
          found or quoted. Answers already given keep their quotes. It stays in the recycle bin for 30 days, and can be
          restored from there.
        </Confirm>
      )}
    </>
  );
}
