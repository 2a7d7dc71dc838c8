import { useQueries } from '@tanstack/react-query';
import { CornerDownRight } from 'lucide-react';
import type { Citation } from '../../src/contract/events.ts';
import { fetchPassages } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { followUpQuestions } from './follow-up-questions.ts';

/** Of the first passages of a document its headings are known; one request each. */
const limit = 200;
const mostDocuments = 2;

/** What could be asked next, from the headings of the documents that an answer cites. */
export function FollowUps({ citations, asked, onPick }: FollowUpsProps) {
  const documents = [...Map.groupBy(citations, (each) => `${each.document_id} ${each.document_version}`).values()];
  const known = useQueries({
    queries: documents.slice(0, mostDocuments).map((cited) => ({
      queryKey: ['headings', cited[0]?.document_id, cited[0]?.document_version],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        fetchPassages(cited[0]?.document_id ?? '', { version: cited[0]?.document_version ?? 1, limit }, signal),
      staleTime: Number.POSITIVE_INFINITY,
      // Whoever may not open a document is offered nothing from it.
      retry: false,
    })),
    combine: (results) =>
      results.flatMap(({ data }, index) => {
        const cited = documents[index] ?? [];
        return data ? [{ title: cited[0]?.document_title ?? '', passages: data.passages, cited }] : [];
      }),
  });
  const questions = followUpQuestions(known, asked);
  if (questions.length === 0) return null;
  return (
    <ul aria-label={t('What you could ask next')} className="space-y-1.5">
      {questions.map((question) => (
        <li key={question}>
          <button
            type="button"
            onClick={() => onPick(question)}
            className="flex max-w-full items-start gap-2 rounded-lg border border-line bg-surface px-3 py-2 text-start text-sm wrap-anywhere hover:border-line-strong hover:bg-hover"
          >
            <CornerDownRight aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
            {question}
          </button>
        </li>
      ))}
    </ul>
  );
}
type FollowUpsProps = { citations: readonly Citation[]; asked: readonly string[]; onPick(question: string): void };
