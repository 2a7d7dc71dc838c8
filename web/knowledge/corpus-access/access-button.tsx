import { Users } from 'lucide-react';
import { useState } from 'react';
import type { Corpus } from '../../../src/contract/documents.ts';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { AccessDialog } from './access-dialog.tsx';

/** Opens who may use a corpus, for whoever curates it. */
export function AccessButton({ corpus }: { corpus: Corpus }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>
        <Users aria-hidden className="size-4" /> <span className="max-sm:sr-only">{t('Access')}</span>
      </Button>
      <AccessDialog corpus={corpus} open={isOpen} onOpenChange={setIsOpen} />
    </>
  );
}
