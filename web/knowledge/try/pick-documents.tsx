import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listDocuments } from '../../api/knowledge.ts';
import { t } from '../../i18n/translate.ts';
import { useSettled } from '../../sessions/use-settled.ts';
import { knowledgeKey } from '../../shell/use-fresh-data.ts';
import { Choice } from '../../ui/choice.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { FilterPicker } from './filter-picker.tsx';

const listed = 50;

export type NamedDocument = { id: string; title: string };

/** Documents of a corpus by their titles: the newest whose title fits, after those that are picked and not among them. */
export function PickDocuments({ corpusId, picked, onToggle }: PickDocumentsProps) {
  const [wanted, setWanted] = useState('');
  const title = useSettled(wanted.trim(), 300);
  const query = useQuery({
    queryKey: [knowledgeKey, 'documents', corpusId, 'called', title],
    queryFn: ({ signal }) =>
      listDocuments(corpusId, { state: 'ready', limit: listed, ...(title !== '' && { title }) }, signal),
    placeholderData: keepPreviousData,
  });
  const ids = new Set(picked.map(({ id }) => id));
  const fitting = query.data?.documents;
  const besides = picked.filter(({ id }) => !fitting?.some(({ document_id }) => document_id === id));
  const [first] = picked;
  const summary = picked.length === 1 ? (first?.title ?? '') : String(picked.length);
  return (
    <FilterPicker label={t('Documents')} picked={picked.length === 0 ? t('all') : summary}>
      <TextInput
        type="search"
        aria-label={t('Find a document by its title')}
        placeholder={t('Find by title')}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <div className="mt-1.5 max-h-72 overflow-y-auto">
        {besides.map((document) => (
          <Choice key={document.id} on name={document.title} onToggle={() => onToggle(document.id)} />
        ))}
        {query.isPending && <Skeleton lines={3} className="p-2" />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {fitting?.length === 0 && (
          <p className="px-2 py-2 text-muted">
            {title === '' ? t('No document is ready.') : t('No document is called so.')}
          </p>
        )}
        {fitting?.map((document) => (
          <Choice
            key={document.document_id}
            on={ids.has(document.document_id)}
            name={document.title}
            onToggle={() => onToggle(document.document_id)}
          />
        ))}
      </div>
      {query.data?.next_cursor && (
        <p className="px-2 pt-1.5 text-xs text-muted">
          {t('The newest {count} are listed. Find others by their titles.', { count: listed })}
        </p>
      )}
    </FilterPicker>
  );
}

type PickDocumentsProps = { corpusId: string; picked: readonly NamedDocument[]; onToggle(documentId: string): void };
