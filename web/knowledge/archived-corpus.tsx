import { useQueryClient } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { useState } from 'react';
import type { Corpus } from '../../src/contract/documents.ts';
import { archiveCorpus } from '../api/knowledge.ts';
import { rich, t } from '../i18n/translate.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { Moment } from '../ui/moment.tsx';
import { Failure } from '../ui/states.tsx';

/** Says of an archived corpus what that means, with the way back for whoever curates it. */
export function ArchivedCorpus({ corpus }: { corpus: Corpus }) {
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  if (corpus.archived_at === null) return null;
  const bringBack = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await archiveCorpus(corpus.id, false);
      await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <div role="status" className="mb-4 flex flex-wrap items-center gap-3 rounded-xl bg-hover px-4 py-3 text-sm">
        <Archive aria-hidden className="size-4 shrink-0 text-muted" />
        <p className="min-w-56 flex-1">
          {rich(
            'Archived {when}. No answer is drawn from it, and nothing is added to it. Its documents open as before.',
            { when: <Moment at={corpus.archived_at} /> },
          )}
        </p>
        {corpus.access === 'curate' && (
          <Button busy={busy} onClick={() => void bringBack()}>
            {t('Bring back')}
          </Button>
        )}
      </div>
      {error !== undefined && <Failure error={error} className="mb-4" />}
    </>
  );
}
