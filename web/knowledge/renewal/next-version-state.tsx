import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import type { Document, NextVersion } from '../../../src/contract/documents.ts';
import { cancelDocument } from '../../api/knowledge.ts';
import { said, t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Button } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { stateWords } from '../document-state.tsx';

type NextVersionStateProps = { document: Document; next: NextVersion; curates: boolean };

/** How far the next version is, or why it did not come. */
export function NextVersionState({ document, next, curates }: NextVersionStateProps) {
  if (next.state === 'failed') {
    return (
      <span className="flex gap-1.5">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
        <span className="wrap-anywhere">
          {t('Version {version} did not come, and the document stays as it was. {reason}', {
            version: next.version,
            reason: said(next.error?.message ?? ''),
          })}
        </span>
      </span>
    );
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      {t('Version {version}: {state}', { version: next.version, state: stateWords[next.state] })}
      <ProgressBar share={next.progress} label={t('Version {version}', { version: next.version })} className="w-16!" />
      <span className="text-xs">
        {t('Until it is ready, version {version} is searched.', { version: next.version - 1 })}
      </span>
      {curates && <Cancel documentId={document.document_id} version={next.version} />}
    </span>
  );
}

function Cancel({ documentId, version }: { documentId: string; version: number }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cancelDocument(documentId),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [knowledgeKey] }),
  });
  return (
    <>
      <Button className="min-h-7! px-2! py-0.5! text-xs!" busy={isPending} onClick={() => mutate()}>
        {t('Cancel version {version}', { version })}
      </Button>
      {error && (
        <span role="alert" className="text-xs text-danger">
          {said(error.message)}
        </span>
      )}
    </>
  );
}
