import { X } from 'lucide-react';
import { said, t } from '../../i18n/translate.ts';
import { IconButton } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import type { Renewal } from './use-renewal.ts';

/** What came of the last thing a curator did for a next version, as long as the document itself does not tell. */
export function RenewalState({ renewal }: { renewal: Renewal }) {
  const { sending, error, isSame } = renewal;
  if (sending) {
    return (
      <span className="inline-flex min-w-0 flex-wrap items-center gap-2">
        <span className="wrap-anywhere">{t('Sending {name}', { name: sending.name })}</span>
        <ProgressBar share={sending.share} label={t('Sending {name}', { name: sending.name })} />
        <IconButton label={t('Stop sending')} className="size-7! [&_svg]:size-4!" onClick={renewal.cancelSending}>
          <X aria-hidden />
        </IconButton>
      </span>
    );
  }
  if (error) {
    return (
      <span role="alert" className="wrap-anywhere text-danger">
        {said(error.message)}
      </span>
    );
  }
  return isSame ? (
    <span role="status">{t('That file is the document’s original already. Nothing was changed.')}</span>
  ) : null;
}
