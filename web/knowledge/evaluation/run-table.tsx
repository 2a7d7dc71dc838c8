import type { EvaluationMeasures, EvaluationRun } from '../../../src/contract/evaluation.ts';
import { t } from '../../i18n/translate.ts';
import { Moment } from '../../ui/moment.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { Score } from './score.tsx';

const measures: readonly { key: keyof EvaluationMeasures; name: string; meaning: string }[] = [
  {
    key: 'ndcg',
    name: 'nDCG@10',
    meaning: t('Right documents among the first ten; the earlier, the more each counts'),
  },
  { key: 'recall', name: 'Recall@10', meaning: t('The share of the right documents among the first ten') },
  { key: 'reciprocal_rank', name: 'MRR', meaning: t('One over the place of the first right document') },
  { key: 'hit1', name: 'Hit@1', meaning: t('The share of questions whose first document is right') },
  { key: 'hit3', name: 'Hit@3', meaning: t('The share of questions with a right document among the first three') },
];

/** What was measured, newest first, each beside what the run before it gave. */
export function RunTable({ runs }: { runs: readonly EvaluationRun[] }) {
  return (
    <TableFrame label={t('Runs')}>
      <thead className="text-start text-xs text-muted">
        <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
          <th>{t('Measured', {}, 'when')}</th>
          {measures.map(({ key, name, meaning }) => (
            <th key={key} title={meaning} className="text-end whitespace-nowrap">
              {name}
            </th>
          ))}
          <th className="text-end">{t('Questions')}</th>
          <th>{t('Searched')}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run, index) => (
          <tr key={run.run_id} className="border-b border-line align-top last:border-0 *:px-4 *:py-2.5">
            <td>
              <Moment at={run.ended_at} />
              {run.run_by !== null && (
                <span className="block text-xs text-muted">{t('by {name}', { name: run.run_by })}</span>
              )}
            </td>
            {measures.map(({ key }) => (
              <td key={key} className="text-end">
                <Score value={run.measures[key]} before={runs[index + 1]?.measures[key]} />
              </td>
            ))}
            <td className="text-end tabular-nums">{run.questions}</td>
            <td className="min-w-44 text-xs wrap-anywhere text-muted">
              {t(
                '{documents, plural, one {# document} other {# documents}}, ' +
                  '{passages, plural, one {# passage} other {# passages}}; ' +
                  '{mode, select, hybrid {words and meaning ({embedder})} other {words alone}}' +
                  '{isReranked, select, true {, reranked ({reranker})} other {}}',
                {
                  documents: run.documents,
                  passages: run.passages,
                  mode: run.mode,
                  embedder: run.embedder ?? t('unknown'),
                  isReranked: String(run.reranker !== null),
                  reranker: run.reranker ?? '',
                },
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
