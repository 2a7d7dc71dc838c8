import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Document } from '../../../src/contract/documents.ts';
import { tagDocuments } from '../../api/document-tags.ts';
import { t } from '../../i18n/translate.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { TagInput } from './tag-input.tsx';
import { tagsOfForm } from './tag-text.ts';
import { useTags } from './use-tags.ts';

/** Gives tags to the selected documents, and takes away what some of them have. */
export function TagSelected({ corpusId, documents, onClose }: TagSelectedProps) {
  const queryClient = useQueryClient();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<ReadonlySet<string>>(new Set());
  const { data: known = [] } = useTags(corpusId);
  const has = [...new Set(documents.flatMap(({ tags }) => tags))].toSorted((a, b) => a.localeCompare(b));
  const isOfAll = (tag: string) => documents.every(({ tags }) => tags.includes(tag));
  const addable = known.flatMap(({ tag }) => (isOfAll(tag) ? [] : [tag]));
  const toggle = (tag: string) => {
    const next = new Set(remove);
    if (!next.delete(tag)) next.add(tag);
    setRemove(next);
  };
  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Tag {count, plural, one {# document} other {# documents}}', { count: documents.length })}
      action={t('Save')}
      onSubmit={async (data) => {
        const ids = documents.map(({ document_id }) => document_id);
        await tagDocuments(corpusId, ids, { add: tagsOfForm(data, add), remove: [...remove] });
        await queryClient.invalidateQueries({ queryKey: [knowledgeKey] });
      }}
    >
      <TagInput label={t('Add tags')} tags={add} onChange={setAdd} suggestions={addable} />
      {has.length > 0 && (
        <fieldset>
          <legend className="mb-1 text-sm font-medium">{t('Remove tags')}</legend>
          <div className="max-h-40 overflow-y-auto">
            {has.map((tag) => (
              <label key={tag} className="flex min-h-8 items-center gap-2.5 text-sm">
                <input
                  type="checkbox"
                  checked={remove.has(tag)}
                  onChange={() => toggle(tag)}
                  className="size-4 shrink-0 accent-accent"
                />
                <span className="min-w-0 wrap-anywhere">{tag}</span>
                <span className="text-xs whitespace-nowrap text-muted">
                  {t('{some} of {all}', {
                    some: documents.filter(({ tags }) => tags.includes(tag)).length,
                    all: documents.length,
                  })}
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </FormDialog>
  );
}

type TagSelectedProps = { corpusId: string; documents: readonly Document[]; onClose(): void };
