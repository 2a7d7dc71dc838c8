import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Document } from '../../../src/contract/documents.ts';
import { deleteDocument } from '../../api/knowledge.ts';
import { keptWords } from '../../retention/kept-words.ts';
import { useKeptFor } from '../../retention/use-kept-for.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { counted } from '../page-words.ts';

/** Puts the selected documents into the recycle bin, one after the other; one that fails leaves the rest selected. */
export function DeleteSelected({ documents, onClose }: { documents: readonly Document[]; onClose(): void }) {
  const kept = keptWords(useKeptFor().document_bin);
  const queryClient = useQueryClient();
  /** As many as there were when it was asked: those that are deleted leave the list meanwhile. */
  const [asked] = useState(documents);
  const [done, setDone] = useState(0);
  const what = counted(asked.length, 'document');
  const remove = async () => {
    try {
      for (const [index, { document_id }] of asked.entries()) {
        await deleteDocument(document_id);
        setDone(index + 1);
      }
    } finally {
      void queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
    }
  };
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete ${what}?`}
      action={`Delete ${what}`}
      onConfirm={remove}
    >
      {asked.length === 1 ? 'It is' : 'They are'} no longer found or quoted. Answers already given keep their quotes.{' '}
      {asked.length === 1 ? 'It stays' : 'They stay'} in the recycle bin of this corpus {kept}, and can be restored from
      there.
      {done > 0 && (
        <span className="mt-3 flex items-center gap-2" role="status">
          <ProgressBar share={done / asked.length} label="Deleted documents" /> {done} of {asked.length} deleted
        </span>
      )}
    </Confirm>
  );
}
