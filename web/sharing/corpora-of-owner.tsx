import { Library } from 'lucide-react';
import type { Sharing } from '../../src/contract/sharing.ts';
import { t } from '../i18n/translate.ts';

/** What the messages of somebody search who does not own the session: what is picked for it is for its owner to change. */
export function CorporaOfOwner({ sharing, chosen }: { sharing: Sharing | undefined; chosen: readonly string[] }) {
  return (
    <span className="inline-flex min-h-9 min-w-0 items-center gap-1.5 px-2 text-xs text-muted">
      <Library aria-hidden className="size-4 shrink-0" />
      <span className="line-clamp-2">
        {chosen.length === 0 ? t('Searches all corpora that you may read') : pickedWords(sharing?.owner_name)}
      </span>
    </span>
  );
}

const pickedWords = (name: string | undefined) =>
  name === undefined
    ? t('Searches what the owner picked, as far as you may read it')
    : t('Searches what {name} picked, as far as you may read it', { name });
