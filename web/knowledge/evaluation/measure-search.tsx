import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { measureSearch } from '../../api/evaluation.ts';
import { t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { Failure } from '../../ui/states.tsx';

/** Asks every question when it is pressed, and tells how far it is. Leaving the page stops it, and then nothing is stored. */
export function MeasureSearch({ corpusId, canMeasure }: { corpusId: string; canMeasure: boolean }) {
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<{ done: number; of: number }>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const measure = async () => {
    const run = new AbortController();
    running.current = run;
    setError(undefined);
    setProgress({ done: 0, of: 1 });
    try {
      await measureSearch(corpusId, setProgress, run.signal);
      await queryClient.invalidateQueries({ queryKey: [knowledgeKey, 'evaluation', corpusId] });
    } catch (thrown) {
      if (!run.signal.aborted) setError(thrown);
    } finally {
      setProgress(undefined);
    }
  };
  return (
    <>
      {progress ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
          <ProgressBar share={progress.done / progress.of} label={t('Questions asked')} className="w-40" />
          <span className="text-muted tabular-nums" role="status">
            {t('Question {number} of {count}', {
              number: Math.min(progress.done + 1, progress.of),
              count: progress.of,
            })}
          </span>
          <Button onClick={() => running.current?.abort()}>{t('Stop')}</Button>
        </div>
      ) : (
        <Button look="primary" disabled={!canMeasure} onClick={() => void measure()}>
          {t('Measure the search now')}
        </Button>
      )}
      {error !== undefined && <Failure error={error} className="mt-3" />}
    </>
  );
}
