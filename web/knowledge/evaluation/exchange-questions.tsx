import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EvaluationImported } from '../../../src/contract/evaluation.ts';
import { evaluationExportOf, importEvaluation } from '../../api/evaluation.ts';
import { ApiError } from '../../api/errors.ts';
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
        throw new ApiError({ status: 0, code: 'no_collection', title: 'This was not brought in', detail: lines.fault });
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
          Import queries.jsonl and qrels.jsonl
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
              Download queries.jsonl
            </a>
            <a href={evaluationExportOf(corpusId, 'qrels')} className="link">
              Download qrels.jsonl
            </a>
          </>
        )}
      </p>
      {imported && (
        <p role="status" className="mt-2">
          {imported.added} new, {imported.merged} were here already
          {imported.left_out > 0 && `, ${imported.left_out} left out: none of their documents is in this corpus`}.
        </p>
      )}
      {error !== undefined && <Failure error={error} className="mt-2" />}
    </div>
  );
}
