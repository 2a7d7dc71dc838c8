import { CircleAlert, CircleCheck } from 'lucide-react';
import type { Document } from '../../src/contract/documents.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';

export const stateWords = {
  queued: 'Waiting',
  parsing: 'Reading',
  embedding: 'Indexing',
  ready: 'Ready',
  failed: 'Failed',
} as const;

/** A web page that is not there yet is fetched before it is read. */
function wordFor({ state, origin }: Document): string {
  return state === 'parsing' && origin && !origin.fetched_at ? 'Fetching' : stateWords[state];
}

export function DocumentState({ document }: { document: Document }) {
  switch (document.state) {
    case 'ready':
      return (
        <span className="inline-flex items-center gap-1.5">
          <CircleCheck aria-hidden className="size-4 text-accent" /> {stateWords.ready}
        </span>
      );
    case 'failed':
      return (
        <span className="flex gap-1.5 text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="wrap-anywhere">
            {stateWords.failed}
            {document.error && `: ${document.error.message}`}
          </span>
        </span>
      );
    case 'queued':
    case 'parsing':
    case 'embedding':
      return (
        <span className="inline-flex items-center gap-2 whitespace-nowrap text-muted">
          {wordFor(document)}
          <ProgressBar share={document.progress} label={`${wordFor(document)} ${document.title}`} className="w-16!" />
        </span>
      );
  }
}
