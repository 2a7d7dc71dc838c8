import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCcw, Square } from 'lucide-react';
import type { Document } from '../../src/contract/documents.ts';
import { cancelDocument, retryDocument } from '../api/knowledge.ts';
import { said, t } from '../i18n/translate.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { IconButton } from '../ui/button.tsx';

/** What a curator can do about the reading of a document: stop it while it runs, have it done again after it failed. */
export function ReadingAction({ document }: { document: Document }) {
  const queryClient = useQueryClient();
  const isFailed = document.state === 'failed';
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => (isFailed ? retryDocument : cancelDocument)(document.document_id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [knowledgeKey] }),
  });
  if (document.state === 'ready') return null;
  const label = isFailed
    ? t('Read {title} again', { title: document.title })
    : t('Stop reading {title}', { title: document.title });
  return (
    <>
      <IconButton label={label} disabled={isPending} onClick={() => mutate()}>
        {isFailed ? <RotateCcw aria-hidden /> : <Square aria-hidden />}
      </IconButton>
      {error && (
        <span role="alert" className="text-xs text-danger">
          {said(error.message)}
        </span>
      )}
    </>
  );
}
