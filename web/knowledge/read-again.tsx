import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, RotateCcw } from 'lucide-react';
import type { Document, NextVersion } from '../../src/contract/documents.ts';
import { reprocessDocument } from '../api/knowledge.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { stateWords } from './document-state.tsx';

/** Has a document that can be searched read again from its original; it stays as it is until that is done. */
export function ReadAgain({ document }: { document: Document }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => reprocessDocument(document.document_id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [knowledgeKey] }),
  });
  const isUnderWay = document.next !== undefined && document.next.state !== 'failed';
  return (
    <>
      <Button busy={isPending} disabled={isUnderWay} onClick={() => mutate()}>
        <RotateCcw aria-hidden className="size-4" /> <span className="max-sm:sr-only">Read again</span>
      </Button>
      {error && (
        <span role="alert" className="text-xs text-danger">
          {error.message}
        </span>
      )}
    </>
  );
}

/** How far the next version is, or why it did not come. */
export function NextVersionState({ next }: { next: NextVersion }) {
  if (next.state === 'failed') {
    return (
      <span className="flex gap-1.5">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
        <span className="wrap-anywhere">
          It could not be read again, and stays as it was. {next.error?.message ?? ''}
        </span>
      </span>
    );
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      Version {next.version}: {stateWords[next.state]}
      <ProgressBar share={next.progress} label={`Version ${next.version}`} className="w-16!" />
      <span className="text-xs">Until it is ready, version {next.version - 1} is searched.</span>
    </span>
  );
}
