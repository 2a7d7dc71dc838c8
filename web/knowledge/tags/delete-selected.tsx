import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Document } from '../../../src/contract/documents.ts';
import { deleteDocument } from '../../api/knowledge.ts';
import { t } from '../../i18n/translate.ts';
import { useKeptFor } from '../../retention/use-kept-for.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';

/** Puts the selected documents into the recycle bin, one after the other; one that fails leaves the rest selected. */
export function DeleteSelected({ documents, onClose }: { documents: readonly Document[]; onClose(): void }) {
  const days = useKeptFor().document_bin ?? 0;
  const queryClient = useQueryClient();
  /** As many as there were when it was asked: those that are deleted leave the list meanwhile. */
  const [asked] = useState(documents);
  const [done, setDone] = useState(0);
  const count = asked.length;
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
      title={t('Delete {count, plural, one {# document} other {# documents}}?', { count })}
      action={t('Delete {count, plural, one {# document} other {# documents}}', { count })}
      onConfirm={remove}
    >
      {t(
        '{count, plural, one {It is} other {They are}} no longer found or quoted. Answers already given keep their ' +
          'quotes. {count, plural, one {It stays} other {They stay}} in the recycle bin of this corpus ' +
          '{days, plural, =0 {for ever} one {for # day} other {for # days}}, and can be restored from there.',
        { count, days },
      )}
      {done > 0 && (
        <span className="mt-3 flex items-center gap-2" role="status">
          <ProgressBar share={done / asked.length} label={t('Deleted documents')} />{' '}
          {t('{done} of {count} deleted', { done, count })}
        </span>
      )}
    </Confirm>
  );
}
