import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { listDocuments, retryDocument } from '../api/knowledge.ts';
import { said, t } from '../i18n/translate.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';

/** Has every document of a corpus read again that failed. */
export function ReadAgainFailed({ corpusId, failed }: { corpusId: string; failed: number }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    async mutationFn() {
      for (const id of await failedIds(corpusId)) await retryDocument(id);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: [knowledgeKey] }),
  });
  return (
    <span className="mb-2 flex items-center gap-2">
      {error && (
        <span role="alert" className="text-xs text-danger">
          {said(error.message)}
        </span>
      )}
      <Button busy={isPending} onClick={() => mutate()}>
        <RotateCcw aria-hidden className="size-4" />{' '}
        {t('Read the {count, number} failed ones again', { count: failed })}
      </Button>
    </span>
  );
}

/** All at first: those that are read again leave the list. */
async function failedIds(corpusId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listDocuments(corpusId, {
      state: 'failed',
      limit: 100,
      ...(cursor !== undefined && { cursor }),
    });
    ids.push(...page.documents.map((document) => document.document_id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
