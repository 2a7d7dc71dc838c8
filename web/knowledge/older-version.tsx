import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import type { Document } from '../../src/contract/documents.ts';

/** Said above the text of a version that was replaced: whoever cited it read this one. */
export function OlderVersion({ document, version }: { document: Document; version: number }) {
  return (
    <p className="flex shrink-0 flex-wrap items-center gap-x-2 border-b border-line bg-sunken px-4 py-2 text-sm sm:px-6">
      <History aria-hidden className="size-4 text-muted" />
      This is version {version}, from which it was quoted. The document has been read again since.
      <Link
        to="/documents/$documentId"
        params={{ documentId: document.document_id }}
        search={{}}
        className="text-accent hover:underline"
      >
        Show version {document.version}
      </Link>
    </p>
  );
}
