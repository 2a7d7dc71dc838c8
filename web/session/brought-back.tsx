import { ArchiveRestore } from 'lucide-react';
import { rich } from '../i18n/translate.ts';
import { Moment } from '../ui/moment.tsx';

/** Says quietly that the session was not held here. */
export function BroughtBack({ at }: { at: string }) {
  return (
    <p className="border-b border-line px-4 py-1.5 text-xs text-muted sm:px-6">
      <ArchiveRestore aria-hidden className="me-1 inline size-3.5" />
      {rich('Brought back from an export {when}. What it holds was said elsewhere or earlier.', {
        when: <Moment at={at} />,
      })}
    </p>
  );
}
