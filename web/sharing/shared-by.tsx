import { Users } from 'lucide-react';
import type { Sharing } from '../../src/contract/sharing.ts';
import { sharedWords } from './share-words.ts';

/** Says whose session it is, and what one may do in it. */
export function SharedBy({ sharing }: { sharing: Sharing }) {
  const words = sharedWords(sharing);
  if (words === undefined) return null;
  return (
    <p className="border-b border-line px-4 py-1.5 text-xs wrap-anywhere text-muted sm:px-6">
      <Users aria-hidden className="me-1 inline size-3.5" />
      {words}
    </p>
  );
}
