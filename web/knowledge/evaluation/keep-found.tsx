import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { keepEvaluationQuestion, listEvaluationQuestions } from '../../api/evaluation.ts';
import { rich, t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/states.tsx';

/** Says of a found document that it answers the question, and keeps both for measuring the search. */
export function KeepFound({ corpusId, question, documentId }: KeepFoundProps) {
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const key = [knowledgeKey, 'evaluation', corpusId, 'questions'];
  const kept = useQuery({ queryKey: key, queryFn: ({ signal }) => listEvaluationQuestions(corpusId, signal) });
  const isKept = kept.data?.questions.some(
    (each) =>
      asOne(each.question) === asOne(question) && each.expected.some(({ document_id }) => document_id === documentId),
  );
  const keep = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await keepEvaluationQuestion(corpusId, { question, expected: [documentId] });
      await queryClient.invalidateQueries({ queryKey: key });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="mt-3 border-t border-line pt-2 text-sm">
      {isKept ? (
        <p className="py-2 text-muted">
          <Check aria-hidden className="me-1 inline size-4 text-accent" />{' '}
          {rich('This document answers it: kept for the <link>evaluation</link>', {
            link: linkedTo(corpusId),
          })}
        </p>
      ) : (
        <Button
          look="quiet"
          className="-ms-3 max-w-full text-start whitespace-normal!"
          busy={busy || kept.isPending}
          onClick={() => void keep()}
        >
          {t('Keep as evaluation question: this answers it')}
        </Button>
      )}
      {error !== undefined && <Failure error={error} className="mt-2" />}
    </div>
  );
}

const linkedTo = (corpusId: string) => (inner: ReactNode) => (
  <Link to="/knowledge/$corpusId/evaluation" params={{ corpusId }} className="link">
    {inner}
  </Link>
);

type KeepFoundProps = { corpusId: string; question: string; documentId: string };

/** The server takes questions that differ in case and blanks alone for one. */
const asOne = (question: string) => question.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
