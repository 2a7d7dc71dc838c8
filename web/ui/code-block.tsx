import { lazy, Suspense } from 'react';
import { t } from '../i18n/translate.ts';
import { CopyButton } from './copy-button.tsx';

const Coloured = lazy(() =>
  import('./coloured-code.tsx').catch(() => ({ default: ({ code }: { code: string; language: string }) => code })),
);

/** Code that scrolls inside itself, under the name of its language and a button that copies it.
 *  @param language  as it was written; empty when nothing was */
export function CodeBlock({ code, language }: { code: string; language: string }) {
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-sunken print:overflow-visible">
      <div className="flex items-center justify-between border-b border-line py-0.5 pe-1 ps-4 text-xs text-muted print:hidden">
        <span className="truncate">{language || t('Code')}</span>
        <CopyButton text={code} label={t('Copy code')} className="size-7! max-sm:size-9! [&_svg]:size-3.5!" />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard too
        tabIndex={0}
        className="overflow-x-auto px-4 py-3 font-mono text-[0.85em] leading-relaxed print:wrap-anywhere print:whitespace-pre-wrap"
      >
        <code>
          {language === '' ? (
            code
          ) : (
            <Suspense fallback={code}>
              <Coloured code={code} language={language.toLowerCase()} />
            </Suspense>
          )}
        </code>
      </pre>
    </div>
  );
}
