import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EvaluationImported } from '../../../src/contract/evaluation.ts';
import { evaluationExportOf, importEvaluation } from '../../api/evaluation.ts';
import { ApiError } from '../../api/errors.ts';
import { t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Failure } from '../../ui/states.tsx';
import { readCollection } from './read-collection.ts';

/** Questions are taken along as files, and brought in from such files. */
export function ExchangeQuestions({ corpusId, hasQuestions }: { corpusId: string; hasQuestions: boolean }) {
  const queryClient = useQueryClient();
  const [imported, setImported] = useState<EvaluationImported>();
  const [error, setError] = useState<unknown>();
  const bring = async (files: File[]) => {
    setImported(undefined);
    setError(undefined);
    try {
      const lines = readCollection(await Promise.all(files.map((file) => file.text())));
      if ('fault' in lines) {
        throw new ApiError({
          status: 0,
          code: 'no_collection',
          title: t('This was not brought in'),
          detail: lines.fault,
        });
      }
      setImported(await importEvaluation(corpusId, lines));
      await queryClient.invalidateQueries({ queryKey: [knowledgeKey, 'evaluation', corpusId] });
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <div className="mt-3 text-sm text-muted">
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        <label className="link">
          {t('Import queries.jsonl and qrels.jsonl')}
          <input
            type="file"
            multiple
            accept=".jsonl,application/jsonl"
            className="sr-only"
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = '';
              if (files.length > 0) void bring(files);
            }}
          />
        </label>
        {hasQuestions && (
          <>
            <a href={evaluationExportOf(corpusId, 'queries')} className="link">
              {t('Download queries.jsonl')}
            </a>
            <a href={evaluationExportOf(corpusId, 'qrels')} className="link">
              {t('Download qrels.jsonl')}
            </a>
          </>
        )}
      </p>
      {imported && (
        <p role="status" className="mt-2">
          {importedWords(imported)}
        </p>
      )}
      {error !== undefined && <Failure error={error} className="mt-2" />}
    </div>
  );
}

function importedWords({ added, merged, left_out: leftOut }: EvaluationImported): string {
  if (leftOut === 0) return t('{added} new, {merged} were here already.', { added, merged });
  return t('{added} new, {merged} were here already, {leftOut} left out: none of their documents is in this corpus.', {
    added,
    merged,
    leftOut,
  });
}
