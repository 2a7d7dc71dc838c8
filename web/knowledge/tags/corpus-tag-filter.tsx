import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { t } from '../../i18n/translate.ts';
import { isSameTag } from './tag-text.ts';

/** Narrows the corpora to those with one tag; it is not there while none has any. */
export function CorpusTagFilter({ tags, chosen }: { tags: readonly string[]; chosen: string | undefined }) {
  if (tags.length === 0) return null;
  return (
    <nav aria-label={t('Corpora with the tag')} className="mb-4 flex flex-wrap gap-2 text-xs">
      <Link to="/knowledge" search={{}} aria-current={chosen === undefined} className={look(chosen === undefined)}>
        {t('All')}
      </Link>
      {tags.map((tag) => {
        const isChosen = chosen !== undefined && isSameTag(tag, chosen);
        return (
          <Link key={tag} to="/knowledge" search={{ tag }} aria-current={isChosen} className={look(isChosen)}>
            {tag}
          </Link>
        );
      })}
    </nav>
  );
}

const look = (isChosen: boolean) =>
  clsx(
    'inline-flex min-h-6 items-center rounded-full border px-2.5 wrap-anywhere',
    isChosen ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong text-muted hover:bg-hover',
  );
