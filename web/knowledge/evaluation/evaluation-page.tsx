import { skipToken, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type EvaluationQuestion, maxEvaluationQuestions } from '../../../src/contract/evaluation.ts';
import {
  fetchEvaluationRun,
  listEvaluationQuestions,
  listEvaluationRuns,
  removeEvaluationQuestion,
} from '../../api/evaluation.ts';
import { fetchCorpus } from '../../api/knowledge.ts';
import { rich, t } from '../../i18n/translate.ts';
import { PageHeader } from '../../shell/page-header.tsx';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Section } from '../../ui/section.tsx';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { EmbedderBanner } from '../embedder-banner.tsx';
import { ExchangeQuestions } from './exchange-questions.tsx';
import { KeepQuestionDialog } from './keep-question-dialog.tsx';
import { MeasureSearch } from './measure-search.tsx';
import { QuestionTable } from './question-table.tsx';
import { RunTable } from './run-table.tsx';

/** The questions by which the curators of a corpus measure its search, and how what was measured moved. */
export function EvaluationPage() {
  const { corpusId } = useParams({ from: '/shell/knowledge/$corpusId/evaluation' });
  const queryClient = useQueryClient();
  const key = [knowledgeKey, 'evaluation', corpusId];
  const corpus = useQuery({
    queryKey: [knowledgeKey, 'corpus', corpusId],
    queryFn: ({ signal }) => fetchCorpus(corpusId, signal),
  });
  const questions = useQuery({
    queryKey: [...key, 'questions'],
    queryFn: ({ signal }) => listEvaluationQuestions(corpusId, signal),
  });
  const runs = useInfiniteQuery({
    queryKey: [...key, 'runs'],
    queryFn: ({ pageParam, signal }) =>
      listEvaluationRuns(corpusId, { limit: 20, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const measured = runs.data?.pages.flatMap((page) => page.runs);
  const latest = useResults(corpusId, measured?.[0]?.run_id);
  const before = useResults(corpusId, measured?.[1]?.run_id);
  const [keeping, setKeeping] = useState(false);
  const [removing, setRemoving] = useState<EvaluationQuestion>();
  useTitle(t('Evaluation'));
  const kept = questions.data?.questions;
  return (
    <>
      <PageHeader title={t('Evaluation')} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-5xl">
          <EmbedderBanner />
          <p className="mb-5 max-w-3xl text-sm text-muted">
            {rich(
              'How well the search in {corpus} finds the documents that answer your questions. Measure again after ' +
                'documents or settings changed, and see how the score moves.',
              {
                corpus: (
                  <Link to="/knowledge/$corpusId" params={{ corpusId }} className="link">
                    {corpus.data?.name ?? t('this corpus')}
                  </Link>
                ),
              },
            )}
          </p>
          {corpus.error && <Failure error={corpus.error} onRetry={() => void corpus.refetch()} className="mb-4" />}
          <Section
            title={t('Score')}
            hint={t(
              'Each is 0 to 1, higher is better. nDCG@10 tells most: right documents count, the earlier the more.',
            )}
            actions={<MeasureSearch corpusId={corpusId} canMeasure={kept !== undefined && kept.length > 0} />}
          >
            {runs.isPending && <Skeleton lines={3} />}
            {runs.error && <Failure error={runs.error} onRetry={() => void runs.refetch()} />}
            {measured?.length === 0 && (
              <p className="rounded-xl border border-line bg-surface px-4 py-6 text-center text-sm text-muted">
                {t('Nothing was measured yet.')}
              </p>
            )}
            {measured && measured.length > 0 && <RunTable runs={measured} />}
            {runs.hasNextPage && (
              <Button className="mt-3" busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                {t('Show more')}
              </Button>
            )}
          </Section>
          <Section
            title={t('Questions')}
            hint={t('At most {max}. “Try a question” shows why something was found, and keeps a question too.', {
              max: maxEvaluationQuestions,
            })}
            actions={<Button onClick={() => setKeeping(true)}>{t('Keep a question')}</Button>}
          >
            {questions.isPending && <Skeleton lines={4} />}
            {questions.error && <Failure error={questions.error} onRetry={() => void questions.refetch()} />}
            {kept?.length === 0 && (
              <Empty title={t('No questions yet.')}>
                {t('Twenty that people really ask, each with the document that answers it, already say much.')}
              </Empty>
            )}
            {kept && kept.length > 0 && (
              <QuestionTable
                corpusId={corpusId}
                questions={kept}
                latest={latest}
                before={before}
                onRemove={setRemoving}
              />
            )}
            {kept && <ExchangeQuestions corpusId={corpusId} hasQuestions={kept.length > 0} />}
          </Section>
        </div>
      </main>
      <KeepQuestionDialog corpusId={corpusId} open={keeping} onOpenChange={setKeeping} />
      <Confirm
        open={removing !== undefined}
        onOpenChange={(open) => !open && setRemoving(undefined)}
        title={t('Remove this question?')}
        action={t('Remove question')}
        onConfirm={async () => {
          if (removing) await removeEvaluationQuestion(corpusId, removing.question_id);
          await queryClient.invalidateQueries({ queryKey: key });
        }}
      >
        {t('“{question}” is not asked any more. What earlier runs measured stays.', {
          question: removing?.question ?? '',
        })}
      </Confirm>
    </>
  );
}

/** What a run measured of each question, by the question's id. A run never changes. */
function useResults(corpusId: string, runId: string | undefined) {
  const run = useQuery({
    queryKey: ['evaluation run', corpusId, runId],
    queryFn: runId === undefined ? skipToken : ({ signal }) => fetchEvaluationRun(corpusId, runId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return run.data && new Map(run.data.results.map((result) => [result.question_id, result]));
}
