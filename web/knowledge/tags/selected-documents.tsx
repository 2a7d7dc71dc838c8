import { Tag, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { Document } from '../../../src/contract/documents.ts';
import { Button } from '../../ui/button.tsx';
import { counted } from '../page-words.ts';
import { DeleteSelected } from './delete-selected.tsx';
import { TagSelected } from './tag-selected.tsx';

/** What can be done with the documents that are selected in a list. */
export function SelectedDocuments({ corpusId, documents, onClear }: SelectedDocumentsProps) {
  const [doing, setDoing] = useState<'tag' | 'delete'>();
  if (documents.length === 0) return null;
  const close = () => setDoing(undefined);
  return (
    <section
      aria-label="Selected documents"
      className="sticky top-0 z-10 mb-2 flex flex-wrap items-center gap-2 rounded-xl border border-accent bg-accent-soft px-3 py-1.5 text-sm"
    >
      <span className="me-auto font-medium text-accent max-sm:w-full" aria-live="polite">
        {counted(documents.length, 'document')} selected
      </span>
      <Button onClick={() => setDoing('tag')}>
        <Tag aria-hidden className="size-4" /> Tag…
      </Button>
      <Button look="danger" onClick={() => setDoing('delete')}>
        <Trash2 aria-hidden className="size-4" /> Delete
      </Button>
      <Button look="quiet" onClick={onClear}>
        <X aria-hidden className="size-4" /> Select none
      </Button>
      {doing === 'tag' && <TagSelected corpusId={corpusId} documents={documents} onClose={close} />}
      {doing === 'delete' && <DeleteSelected documents={documents} onClose={close} />}
    </section>
  );
}

type SelectedDocumentsProps = { corpusId: string; documents: readonly Document[]; onClear(): void };
