import { Tag, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { Document } from '../../../src/contract/documents.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { DeleteSelected } from './delete-selected.tsx';
import { TagSelected } from './tag-selected.tsx';

/** What can be done with the documents that are selected in a list. */
export function SelectedDocuments({ corpusId, documents, onClear }: SelectedDocumentsProps) {
  const [doing, setDoing] = useState<'tag' | 'delete'>();
  if (documents.length === 0) return null;
  const close = () => setDoing(undefined);
  return (
    <section
      aria-label={t('Selected documents')}
      className="sticky top-0 z-10 mb-2 flex flex-wrap items-center gap-2 rounded-xl border border-accent bg-accent-soft px-3 py-1.5 text-sm"
    >
      <span className="me-auto font-medium text-accent max-sm:w-full" aria-live="polite">
        {t('{count, plural, one {# document selected} other {# documents selected}}', { count: documents.length })}
      </span>
      <Button onClick={() => setDoing('tag')}>
        <Tag aria-hidden className="size-4" /> {t('Tag…')}
      </Button>
      <Button look="danger" onClick={() => setDoing('delete')}>
        <Trash2 aria-hidden className="size-4" /> {t('Delete')}
      </Button>
      <Button look="quiet" onClick={onClear}>
        <X aria-hidden className="size-4" /> {t('Select none')}
      </Button>
      {doing === 'tag' && <TagSelected corpusId={corpusId} documents={documents} onClose={close} />}
      {doing === 'delete' && <DeleteSelected documents={documents} onClose={close} />}
    </section>
  );
}

type SelectedDocumentsProps = { corpusId: string; documents: readonly Document[]; onClear(): void };
