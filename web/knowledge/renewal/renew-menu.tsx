import { FileUp, Globe, RotateCcw } from 'lucide-react';
import { useRef } from 'react';
import type { Document } from '../../../src/contract/documents.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { documentEndings } from '../document-endings.ts';
import type { Renewal } from './use-renewal.ts';

type RenewMenuProps = { document: Document; isArchived: boolean; renewal: Renewal };

/** The ways to a next version of a document that can be searched; it stays as it is until that is ready. An archived corpus takes nothing new. */
export function RenewMenu({ document, isArchived, renewal }: RenewMenuProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const isUnderWay = document.next !== undefined && document.next.state !== 'failed';
  return (
    <>
      <Menu
        trigger={
          <Button busy={renewal.isBusy} disabled={isUnderWay}>
            <RotateCcw aria-hidden className="size-4" /> <span className="max-sm:sr-only">{t('New version')}</span>
          </Button>
        }
      >
        {!isArchived && (
          <MenuItem onSelect={() => chooser.current?.click()}>
            <FileUp aria-hidden /> {t('Replace the original…')}
          </MenuItem>
        )}
        {!isArchived && document.origin && (
          <MenuItem onSelect={renewal.fetchAgain}>
            <Globe aria-hidden /> {t('Fetch again')}
          </MenuItem>
        )}
        <MenuItem onSelect={renewal.readAgain}>
          <RotateCcw aria-hidden /> {t('Read again')}
        </MenuItem>
      </Menu>
      <input
        ref={chooser}
        type="file"
        aria-label={t('The new original')}
        className="sr-only"
        tabIndex={-1}
        accept={documentEndings}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) renewal.replace(file);
          event.target.value = '';
        }}
      />
    </>
  );
}
