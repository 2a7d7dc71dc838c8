import { Lock } from 'lucide-react';
import { t } from '../i18n/translate.ts';

/** A document that is cited where it is not open to the reader: a session of somebody who may read more was shared with them. */
export const DocumentClosed = () => (
  <div role="status" className="flex gap-3 rounded-xl bg-sunken p-4 text-sm">
    <Lock aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
    <p className="min-w-0 font-medium">{t('You cannot open this document: its corpus is not open to you.')}</p>
  </div>
);
