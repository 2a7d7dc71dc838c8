import { clsx } from 'clsx';
import { t } from '../../i18n/translate.ts';

/** What a document is tagged with; pressing one calls `onChoose`, where there is one. */
export function TagChips({ tags, title, onChoose, className }: TagChipsProps) {
  if (tags.length === 0) return null;
  return (
    <ul aria-label={t('Tags of {title}', { title })} className={clsx('flex flex-wrap gap-1', className)}>
      {tags.map((tag) => (
        <li key={tag} className="min-w-0">
          {onChoose ? (
            <button
              type="button"
              title={t('Documents tagged “{tag}”', { tag })}
              onClick={() => onChoose(tag)}
              className={clsx(look, 'hover:bg-accent-soft hover:text-accent')}
            >
              {tag}
            </button>
          ) : (
            <span className={look}>{tag}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

type TagChipsProps = { tags: readonly string[]; title: string; onChoose?(tag: string): void; className?: string };

const look = 'block max-w-full rounded-md bg-hover px-1.5 py-0.5 text-start text-xs text-muted wrap-anywhere';
