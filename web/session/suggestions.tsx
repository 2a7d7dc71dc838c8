import { useQueries } from '@tanstack/react-query';
import type { Corpus } from '../../src/contract/documents.ts';
import { listDocuments } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';
import { useSearchedCorpora } from '../knowledge/use-corpora.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { suggestQuestions } from './suggest-questions.ts';

/** What an empty session offers: questions made from what the corpora hold. */
export function Suggestions({ chosen, onPick }: { chosen: string[]; onPick(question: string): void }) {
  const { data: all } = useSearchedCorpora();
  const corpora = (all ?? []).filter((corpus) => chosen.length === 0 || isIn(chosen, corpus)).slice(0, 3);
  const documents = useQueries({
    queries: corpora.map((corpus) => ({
      queryKey: [knowledgeKey, 'documents', corpus.id, 'first'],
      queryFn: ({ signal }: { signal: AbortSignal }) => listDocuments(corpus.id, { limit: 20 }, signal),
    })),
    combine: (results) => results.map((result) => result.data?.documents ?? []),
  });
  const questions = suggestQuestions(documents);
  return (
    <div className="pt-[8vh]">
      <h2 className="text-xl font-semibold tracking-tight">{t('What would you like to know?')}</h2>
      <p className="mt-1.5 text-sm text-muted">
        {all?.length === 0
          ? t('There are no documents to answer from yet. A curator can add some under Knowledge.')
          : t('Answers come with numbered sources; each opens the passage it stands on.')}
      </p>
      {questions.length > 0 && (
        <ul aria-label={t('Suggested questions')} className="mt-5 grid gap-2 sm:grid-cols-2">
          {questions.map((question) => (
            <li key={question}>
              <button
                type="button"
                onClick={() => onPick(question)}
                className="h-full w-full rounded-xl border border-line bg-surface px-4 py-3 text-start text-sm hover:border-line-strong hover:bg-hover"
              >
                {question}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const isIn = (chosen: string[], corpus: Corpus) => chosen.some((each) => each === corpus.id || each === corpus.name);
