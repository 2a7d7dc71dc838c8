import { Link, useSearch } from '@tanstack/react-router';
import { ArchiveRestore, ChevronRight, Plus } from 'lucide-react';
import { useState } from 'react';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { CorpusCards } from './corpus-cards.tsx';
import { CreateCorpus } from './corpus-dialogs.tsx';
import { EmbedderBanner } from './embedder-banner.tsx';
import { SearchFacts } from './search-facts.tsx';
import { CorpusTagFilter } from './tags/corpus-tag-filter.tsx';
import { isSameTag, withTags } from './tags/tag-text.ts';
import { useCorpora } from './use-corpora.ts';

export function CorporaPage() {
  useTitle(t('Knowledge'));
  const { me } = useServices();
  const query = useCorpora();
  const [creating, setCreating] = useState(false);
  const { tag } = useSearch({ from: '/shell/knowledge' });
  const corpora = query.data ?? [];
  const shown = corpora.filter(({ tags }) => tag === undefined || tags.some((each) => isSameTag(each, tag)));
  const open = shown.filter(({ archived_at }) => archived_at === null);
  const archived = shown.filter(({ archived_at }) => archived_at !== null);
  const mayCreate = me.role !== 'member';
  return (
    <>
      <PageHeader title={t('Knowledge')}>
        {mayCreate && (
          <Link
            to="/knowledge/bin"
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium whitespace-nowrap hover:bg-hover"
          >
            <ArchiveRestore aria-hidden className="size-4" /> <span className="max-sm:sr-only">{t('Recycle bin')}</span>
          </Link>
        )}
        {mayCreate && (
          <Button onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-4" /> {t('New corpus')}
          </Button>
        )}
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <EmbedderBanner />
          {query.isPending && <Skeleton lines={6} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {query.data?.length === 0 && (
            <Empty title={t('No corpora yet.')}>
              {mayCreate
                ? t('A corpus is a set of documents that answers are drawn from. Make one and put documents in.')
                : t('A curator or an administrator can make one.')}
            </Empty>
          )}
          <CorpusTagFilter
            tags={withTags(
              [],
              corpora.flatMap(({ tags }) => tags),
            )}
            chosen={tag}
          />
          {corpora.length > 0 && shown.length === 0 && <Empty title={t('No corpus has this tag.')} />}
          <CorpusCards corpora={open} />
          {archived.length > 0 && (
            <details className="group mt-6">
              <summary className="flex w-max list-none items-center gap-1 text-sm text-muted hover:text-ink">
                <ChevronRight
                  aria-hidden
                  className="size-4 transition-transform group-open:rotate-90 rtl:-scale-x-100 rtl:group-open:-rotate-90"
                />
                {t('Archived ({count})', { count: archived.length })}
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
