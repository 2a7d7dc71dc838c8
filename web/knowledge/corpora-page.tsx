import { Link } from '@tanstack/react-router';
import { ArchiveRestore, ChevronRight, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Corpus } from '../../src/contract/documents.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Moment } from '../ui/moment.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { CreateCorpus } from './corpus-dialogs.tsx';
import { EmbedderBanner } from './embedder-banner.tsx';
import { SearchFacts } from './search-facts.tsx';
import { counted } from './page-words.ts';
import { useCorpora } from './use-corpora.ts';

export function CorporaPage() {
  useTitle('Knowledge');
  const { me } = useServices();
  const query = useCorpora();
  const [creating, setCreating] = useState(false);
  const open = (query.data ?? []).filter(({ archived_at }) => archived_at === null);
  const archived = (query.data ?? []).filter(({ archived_at }) => archived_at !== null);
  const mayCreate = me.role !== 'member';
  return (
    <>
      <PageHeader title="Knowledge">
        {mayCreate && (
          <Link
            to="/knowledge/bin"
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover"
          >
            <ArchiveRestore aria-hidden className="size-4" /> <span className="max-sm:sr-only">Recycle bin</span>
          </Link>
        )}
        {mayCreate && (
          <Button onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-4" /> New corpus
          </Button>
        )}
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <EmbedderBanner />
          {query.isPending && <Skeleton lines={6} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {query.data?.length === 0 && (
            <Empty title="No corpora yet.">
              {mayCreate
                ? 'A corpus is a set of documents that answers are drawn from. Make one and put documents in.'
                : 'A curator or an administrator can make one.'}
            </Empty>
          )}
          <CorpusCards corpora={open} />
          {archived.length > 0 && (
            <details className="group mt-6">
              <summary className="flex w-max list-none items-center gap-1 text-sm text-muted hover:text-ink">
                <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
                Archived ({archived.length})
              </summary>
              <div className="mt-3">
                <CorpusCards corpora={archived} />
              </div>
            </details>
          )}
          {mayCreate && <SearchFacts />}
        </div>
      </main>
      <CreateCorpus open={creating} onOpenChange={setCreating} />
    </>
  );
}

function CorpusCards({ corpora }: { corpora: readonly Corpus[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {corpora.map((corpus) => (
        <li key={corpus.id}>
          <Link
            to="/knowledge/$corpusId"
            params={{ corpusId: corpus.id }}
            className="flex h-full flex-col rounded-xl border border-line bg-surface p-4 hover:border-line-strong hover:bg-hover"
          >
            <span className="font-medium wrap-anywhere">{corpus.name}</span>
            {corpus.description && <span className="mt-1 line-clamp-2 text-sm text-muted">{corpus.description}</span>}
            <span className="mt-auto pt-3 text-xs text-muted">
              {counted(corpus.documents, 'document')} · {counted(corpus.passages, 'passage')} · changed{' '}
              <Moment at={corpus.updated_at} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
