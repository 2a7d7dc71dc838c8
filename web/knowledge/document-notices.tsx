import { Info } from 'lucide-react';
import { said, t } from '../i18n/translate.ts';

/** What of a document was not read, or not for certain. */
export function DocumentNotices({ notices, className = '' }: { notices: readonly string[]; className?: string }) {
  if (notices.length === 0) return null;
  return (
    <ul aria-label={t('Notices')} className={`space-y-1 text-xs text-muted ${className}`}>
      {notices.map((notice) => (
        <li key={notice} className="flex gap-1.5 wrap-anywhere">
          <Info aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {said(notice)}
        </li>
      ))}
    </ul>
  );
}
