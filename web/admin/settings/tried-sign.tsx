import { CircleCheck, TriangleAlert } from 'lucide-react';
import { said, t } from '../../i18n/translate.ts';
import { spanWords } from '../session/turn-times.ts';
import type { Tried } from './tried.ts';

/** What came of a test, and how long it took; said aloud when it is there. */
export function TriedSign({ tried }: { tried: Tried | undefined }) {
  return (
    <p role="status" className="text-sm">
      {tried && (
        <span className={tried.isGood ? '' : 'text-danger'}>
          {tried.isGood ? (
            <CircleCheck aria-label={t('Works')} className="me-1.5 inline size-4 text-accent" />
          ) : (
            <TriangleAlert aria-label={t('Does not work')} className="me-1.5 inline size-4" />
          )}
          {said(tried.message)} <span className="text-muted">({spanWords(tried.durationMs)})</span>
        </span>
      )}
    </p>
  );
}
