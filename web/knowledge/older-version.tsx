import { Link } from '@tanstack/react-router';
import { Download, History } from 'lucide-react';
import type { Document } from '../../src/contract/documents.ts';
import { originalOf } from '../api/knowledge.ts';
import { t } from '../i18n/translate.ts';

type OlderVersionProps = { document: Document; version: number; isQuote: boolean };

/** Said above the text of a version that was replaced: whoever cited it read this one. */
export function OlderVersion({ document, version, isQuote }: OlderVersionProps) {
  return (
    <p className="flex shrink-0 flex-wrap items-center gap-x-2 border-b border-line bg-sunken px-4 py-2 text-sm sm:px-6">
      <History aria-hidden className="size-4 text-muted" />
      {isQuote
        ? t('This is version {version}, from which it was quoted. The document has a newer one.', { version })
        : t('This is version {version}. The document has a newer one.', { version })}
      <Link to="/documents/$documentId" params={{ documentId: document.document_id }} search={{}} className="link">
        {t('Show version {version}', { version: document.version })}
      </Link>
      <a
        href={originalOf(document.document_id, version)}
        target="_blank"
        rel="noopener noreferrer"
        className="inline-flex items-center gap-1 link"
      >
        <Download aria-hidden className="size-3.5" /> {t('Download its original')}
      </a>
    </p>
  );
}
