import { skipToken, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { SyntheticEvent } from 'react';
import { fetchCorpus, searchExplained } from '../api/knowledge.ts';
import { rich, t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { EmbedderBanner } from './embedder-banner.tsx';
import { KeepFound } from './evaluation/keep-found.tsx';
import { FoundPassageItem } from './found-passage-item.tsx';
import { filterWords } from './try/filter-words.ts';
import { SearchFilters } from './try/search-filters.tsx';
import { readTrySearch, toSearchFilters } from './try/try-search.ts';
import { useNamedDocuments } from './try/use-named-documents.ts';

/** What a search finds in a corpus for a question, and why. The question stands in the address, and what it is asked of. */
export function TryQuestionPage() {
  const { corpusId } = useParams({ from: '/shell/knowledge/$corpusId/try' });
  const search = useSearch({ from: '/shell/knowledge/$corpusId/try' });
  const { q = '' } = search;
  const filters = toSearchFilters(search);
  const named = useNamedDocuments(search.documents ?? []);
  const narrowed = filterWords({ ...search, titles: named.map(({ title }) => title) });
  const navigate = useNavigate({ from: '/knowledge/$corpusId/try' });
  const corpus = useQuery({
    queryKey: [knowledgeKey, 'corpus', corpusId],
    queryFn: ({ signal }) => fetchCorpus(corpusId, signal),
  });
  const found = useQuery({
    queryKey: [knowledgeKey, 'try', corpusId, q, filters],
    queryFn: q === '' ? skipToken : ({ signal }) => searchExplained(q, corpusId, filters, signal),
  });
  useTitle(t('Try a question'));
  const ask = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    void navigate({ search: { ...search, q: formText(new FormData(event.currentTarget), 'question').trim() } });
  };
  return (
    <>
      <PageHeader title={t('Try a question')} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-3xl">
          <EmbedderBanner />
          <p className="mb-3 text-sm text-muted">
            {rich(
              'What a search finds in {corpus}, best first, and why. An agent that answers is given such passages.',
              {
                corpus: (
                  <Link to="/knowledge/$corpusId" params={{ corpusId }} className="link">
                    {corpus.data?.name ?? t('this corpus')}
                  </Link>
                ),
              },
            )}
          </p>
          <form onSubmit={ask} className="mb-3 flex gap-2">
            <TextInput
              key={q}
              name="question"
              aria-label={t('Question')}
              defaultValue={q}
              placeholder={t('Ask as people would ask')}
              required
              maxLength={2000}
              autoComplete="off"
              className="min-w-0 flex-1"
            />
            <Button type="submit" look="primary" busy={found.isFetching}>
              {t('Search')}
            </Button>
          </form>
          <SearchFilters
            corpusId={corpusId}
            search={search}
            named={named}
            onChange={(change) => void navigate({ search: readTrySearch({ ...search, ...change }) })}
          />
          {narrowed !== '' && (
            <p role="status" className="mb-3 text-sm">
              {narrowed}{' '}
              <Link to="/knowledge/$corpusId/try" params={{ corpusId }} search={readTrySearch({ q })} className="link">
                {t('Search all documents')}
              </Link>
            </p>
          )}
          {corpus.error && <Failure error={corpus.error} onRetry={() => void corpus.refetch()} />}
          {q !== '' && found.isPending && <Skeleton lines={8} />}
          {found.error && <Failure error={found.error} onRetry={() => void found.refetch()} />}
          {found.data?.passages.length === 0 && (
            <Empty title={t('Nothing was found.')}>
              {narrowed === ''
                ? t('Try other words, and see in the corpus whether its documents are ready.')
                : t('Try other words, or search all documents.')}
            </Empty>
          )}
          {found.data?.reranked === false && (
            <p role="status" className="mb-3 text-sm text-muted">
              {t('The reranker was too slow or not available: this is the order of the search alone.')}
            </p>
          )}
          <ol aria-label={t('Found passages')} className="space-y-4">
            {found.data?.passages.map((passage, index) => (
              <li key={passage.passage_id}>
                <FoundPassageItem passage={passage} place={index + 1} mode={found.data.mode}>
                  {corpus.data?.access === 'curate' && (
                    <KeepFound corpusId={corpusId} question={q} documentId={passage.document_id} />
                  )}
                </FoundPassageItem>
              </li>
            ))}
          </ol>
        </div>
      </main>
    </>
  );
}
