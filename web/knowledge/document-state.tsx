import { CircleAlert, CircleCheck } from 'lucide-react';
import type { Document } from '../../src/contract/documents.ts';
import { said, t } from '../i18n/translate.ts';
import { ProgressBar } from '../ui/progress-bar.tsx';

export const stateWords = {
  queued: t('Waiting'),
  parsing: t('Reading'),
  embedding: t('Indexing'),
  ready: t('Ready'),
  failed: t('Failed', {}, 'document'),
} as const;

/** A web page that is not there yet is fetched before it is read. */
const isFetching = ({ state, origin }: Document) => state === 'parsing' && origin && !origin.fetched_at;

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
            {document.error ? t('Failed: {reason}', { reason: said(document.error.message) }) : stateWords.failed}
          </span>
        </span>
      );
    case 'queued':
    case 'parsing':
    case 'embedding':
      return (
        <span className="inline-flex items-center gap-2 whitespace-nowrap text-muted">
          {isFetching(document) ? t('Fetching') : stateWords[document.state]}
          <ProgressBar
            share={document.progress}
            label={t(
              '{state, select, queued {Waiting} fetching {Fetching} parsing {Reading} other {Indexing}} {title}',
              { state: isFetching(document) ? 'fetching' : document.state, title: document.title },
            )}
            className="w-16!"
          />
        </span>
      );
  }
}
