import { t } from '../i18n/translate.ts';
import { ReadingDialog } from '../ui/dialog.tsx';
import { isMac, keyNames } from './key-names.ts';
import { ownKeys, shortcuts } from './shortcuts.ts';

export function ShortcutsSheet({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <ReadingDialog open={open} onOpenChange={onOpenChange} title={t('Keyboard shortcuts')}>
      <dl className="divide-y divide-line text-sm">
        {[...Object.values(shortcuts), ...ownKeys].map(({ keys, words }) => (
          <div key={keys} className="flex min-h-10 items-center justify-between gap-4">
            <dt>{words}</dt>
            <dd dir="ltr" className="flex shrink-0 gap-1">
              {keyNames(keys, isMac()).map((key) => (
                <kbd
                  key={key}
                  className="grid min-w-7 place-items-center rounded-md border border-line-strong bg-sunken px-1.5 py-0.5 font-sans text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </ReadingDialog>
  );
}
