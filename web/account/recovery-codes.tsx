import { Download } from 'lucide-react';
import { useState } from 'react';
import { useBranding } from '../branding/use-branding.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy.ts';

/** The ten codes, shown once. They go on when it is said that they are kept. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept(): void }) {
  const [copied, setCopied] = useState(false);
  const { name } = useBranding();
  const text = `${codes.join('\n')}\n`;
  return (
    <div className="space-y-4">
      <p className="text-sm text-muted">
        {t(
          'Keep these recovery codes where you find them without your phone. Each signs you in once in place of a code of the app. They are shown only now.',
        )}
      </p>
      <ul
        aria-label={t('Recovery codes')}
        className="grid grid-cols-1 gap-x-6 gap-y-1 rounded-xl border border-line bg-sunken p-4 sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code}>
            <code className="text-sm">{code}</code>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void copyText(text).then(setCopied)}>{copied ? t('Copied') : t('Copy')}</Button>
        <Button onClick={() => download(name, text)}>
          <Download aria-hidden className="size-4" /> {t('Download')}
        </Button>
        <Button look="primary" onClick={onKept}>
          {t('I have kept them')}
        </Button>
      </div>
    </div>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(
    new Blob([`${t('Recovery codes of {name}', { name })}\n\n${text}`], { type: 'text/plain' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = 'perdure-recovery-codes.txt';
  link.click();
  URL.revokeObjectURL(url);
}
