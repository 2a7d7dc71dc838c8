import { useQueryClient } from '@tanstack/react-query';
import { Tag } from 'lucide-react';
import { useState } from 'react';
import type { Document } from '../../../src/contract/documents.ts';
import { setTags } from '../../api/document-tags.ts';
import { t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { TagChips } from './tag-chips.tsx';
import { TagInput } from './tag-input.tsx';
import { tagsOfForm } from './tag-text.ts';
import { useTags } from './use-tags.ts';

/** The tags of a document; who curates it may change them. */
export function DocumentTags({ document, curates }: { document: Document; curates: boolean }) {
  const [editing, setEditing] = useState(false);
  return (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <TagChips tags={document.tags} title={document.title} />
      {curates && (
        <button type="button" onClick={() => setEditing(true)} className="inline-flex min-h-6 items-center gap-1 link">
          <Tag aria-hidden className="size-3.5" /> {document.tags.length === 0 ? t('Add tags') : t('Edit tags')}
        </button>
      )}
      {editing && <EditTags document={document} onClose={() => setEditing(false)} />}
    </span>
  );
}

function EditTags({ document, onClose }: { document: Document; onClose(): void }) {
  const queryClient = useQueryClient();
  const [tags, setEdited] = useState<string[]>(document.tags);
  const { data: known = [] } = useTags(document.corpus_id);
  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Tags of “{name}”', { name: document.title })}
      action={t('Save')}
      onSubmit={async (data) => {
        await setTags(document.document_id, tagsOfForm(data, tags));
        await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
      }}
    >
      <TagInput label={t('Tags')} tags={tags} onChange={setEdited} suggestions={known.map(({ tag }) => tag)} />
    </FormDialog>
  );
}
