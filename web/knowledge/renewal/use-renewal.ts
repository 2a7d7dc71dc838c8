import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { fetchAgain, replaceOriginal } from '../../api/document-versions.ts';
import { reprocessDocument } from '../../api/knowledge.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { useWarningWhile } from '../use-warning-while.ts';

/** What a curator does for a document to get its next version: one thing at a time. */
export type Renewal = {
  readAgain(): void;
  fetchAgain(): void;
  replace(file: File): void;
  /** The file that is being sent, and how much of it has left, 0 to 1. */
  sending: { name: string; share: number } | undefined;
  cancelSending(): void;
  isBusy: boolean;
  /** Whether the file that was chosen last is what the document has already. */
  isSame: boolean;
  error: Error | undefined;
};

type Deed = { documentId: string } & ({ kind: 'read' } | { kind: 'fetch' } | { kind: 'replace'; file: File });

export function useRenewal(documentId: string): Renewal {
  const queryClient = useQueryClient();
  const [share, setShare] = useState(0);
  const sender = useRef<AbortController>(undefined);
  const { mutate, isPending, variables, data, error } = useMutation({
    mutationFn: async (deed: Deed): Promise<{ duplicate?: true | undefined }> => {
      switch (deed.kind) {
        case 'read':
          return reprocessDocument(deed.documentId).then(() => ({}));
        case 'fetch':
          return fetchAgain(deed.documentId).then(() => ({}));
        case 'replace': {
          setShare(0);
          sender.current = new AbortController();
          return replaceOriginal(deed.documentId, deed.file, setShare, sender.current.signal);
        }
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: [knowledgeKey] }),
  });
  const isSending = isPending && variables.kind === 'replace';
  useWarningWhile(isSending);
  // Whoever has gone on to another document meanwhile is not told of this one there.
  const isOfThis = variables?.documentId === documentId;
  return {
    readAgain: () => mutate({ documentId, kind: 'read' }),
    fetchAgain: () => mutate({ documentId, kind: 'fetch' }),
    replace: (file) => mutate({ documentId, kind: 'replace', file }),
    sending: isSending ? { name: variables.file.name, share } : undefined,
    cancelSending: () => sender.current?.abort(),
    isBusy: isPending,
    isSame: isOfThis && data?.duplicate === true,
    error: isOfThis ? (error ?? undefined) : undefined,
  };
}
