import { Users } from 'lucide-react';
import type { SessionPeople } from '../../src/contract/sharing.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { hereWords, initialsOf } from './share-words.ts';

const shownFaces = 3;

/** Who else has the session open, as initials; opens whom it is shared with. */
export function Presence({ people, onOpen }: { people: SessionPeople | undefined; onOpen(): void }) {
  const { me } = useServices();
  const others = (people?.people ?? []).filter(({ is_here, user_id }) => is_here && user_id !== me.id);
  const words = hereWords(others, me.id);
  const label =
    words === undefined
      ? t('Nobody else has this open. Show who has access')
      : t('{who}. Show who has access', { who: words });
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={label}
      title={label}
      className="inline-flex min-h-9 shrink-0 items-center gap-1 rounded-lg px-1.5 text-muted hover:bg-hover hover:text-ink"
    >
      {others.length === 0 && <Users aria-hidden className="size-[1.125rem]" />}
      <span aria-hidden className="flex -space-x-1.5">
        {others.slice(0, shownFaces).map(({ user_id, name }) => (
          <span
            key={user_id}
            className="grid size-6 place-items-center rounded-full border-2 border-canvas bg-accent-soft text-[0.625rem] font-semibold text-ink"
          >
            {initialsOf(name)}
          </span>
        ))}
      </span>
      {others.length > shownFaces && (
        <span aria-hidden className="text-xs">
          +{others.length - shownFaces}
        </span>
      )}
    </button>
  );
}
