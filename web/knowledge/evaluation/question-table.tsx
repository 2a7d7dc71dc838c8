import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import type { EvaluationQuestion, EvaluationResult } from '../../../src/contract/evaluation.ts';
import { rich, t } from '../../i18n/translate.ts';
import { IconButton } from '../../ui/button.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { Score } from './score.tsx';

/** The kept questions, with where the latest run found what answers them, and how far that moved since the run before. */
export function QuestionTable({ corpusId, questions, latest, before, onRemove }: QuestionTableProps) {
  return (
    <TableFrame label={t('Questions')}>
      <thead className="text-start text-xs text-muted">
        <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
          <th>{t('Question')}</th>
          <th>{t('Documents that answer it, and their place')}</th>
          <th className="text-end">nDCG@10</th>
          <th className="sr-only">{t('Actions')}</th>
        </tr>
      </thead>
      <tbody>
        {questions.map((question) => {
          const result = latest?.get(question.question_id);
          return (
            <tr key={question.question_id} className="border-b border-line align-top last:border-0 *:px-4 *:py-2.5">
              <td className="max-w-96 min-w-44">
                <Link
                  to="/knowledge/$corpusId/try"
                  params={{ corpusId }}
                  search={{ q: question.question }}
                  title={t('See what is found for it, and why')}
                  className="font-medium wrap-anywhere hover:text-accent hover:underline"
                >
                  {question.question}
                </Link>
              </td>
              <td className="max-w-96 min-w-52">
                <ul className="space-y-0.5">
                  {question.expected.map((each) => (
                    <li key={each.document_id} className="wrap-anywhere">
                      {each.is_deleted ? (
                        <span className="text-muted">
                          {rich('{title} was deleted', { title: <s>{each.document_title}</s> })}
                        </span>
                      ) : (
                        <>
                          <Link
                            to="/documents/$documentId"
                            params={{ documentId: each.document_id }}
                            search={{}}
                            className="hover:text-accent hover:underline"
                          >
                            {each.document_title}
                          </Link>{' '}
                          <Place result={result} documentId={each.document_id} />
                        </>
                      )}
                    </li>
                  ))}
                </ul>
              </td>
              <td className="text-end">
                {result ? (
                  <Score value={result.measures.ndcg} before={before?.get(question.question_id)?.measures.ndcg} />
                ) : (
                  <span className="text-xs whitespace-nowrap text-muted">{t('not asked yet')}</span>
                )}
              </td>
              <td className="py-1! ps-0! text-end">
                <IconButton
                  label={t('Remove “{name}”', { name: question.question })}
                  onClick={() => onRemove(question)}
                >
                  <Trash2 aria-hidden />
                </IconButton>
              </td>
            </tr>
          );
        })}
      </tbody>
    </TableFrame>
  );
}

type Results = ReadonlyMap<string, EvaluationResult>;
type QuestionTableProps = {
  corpusId: string;
  questions: readonly EvaluationQuestion[];
  /** By the question's id. */
  latest: Results | undefined;
  before: Results | undefined;
  onRemove(question: EvaluationQuestion): void;
};

function Place({ result, documentId }: { result: EvaluationResult | undefined; documentId: string }) {
  const place = result?.places.find((each) => each.document_id === documentId);
  if (!place) return null;
  return (
    <span className="text-xs whitespace-nowrap text-muted">
      {place.place === null ? t('not among the first ten') : t('number {place}', { place: place.place })}
    </span>
  );
}
