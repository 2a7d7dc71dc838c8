import { Link } from '@tanstack/react-router';
import type { Corpus } from '../../src/contract/documents.ts';
import { named, rich } from '../i18n/translate.ts';
import { Moment } from '../ui/moment.tsx';
import { counted } from './page-words.ts';
import { TagChips } from './tags/tag-chips.tsx';

export function CorpusCards({ corpora }: { corpora: readonly Corpus[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {corpora.map((corpus) => (
        <li key={corpus.id}>
          <Link
            to="/knowledge/$corpusId"
            params={{ corpusId: corpus.id }}
            className="flex h-full flex-col rounded-xl border border-line bg-surface p-4 hover:border-line-strong hover:bg-hover"
          >
            <span className="font-medium wrap-anywhere">{corpus.name}</span>
            {corpus.description && (
              <span className="mt-1 line-clamp-2 text-sm text-muted">
                <bdi>{named(corpus.description)}</bdi>
              </span>
            )}
            <TagChips tags={corpus.tags} title={corpus.name} className="mt-2" />
            <span className="mt-auto pt-3 text-xs text-muted">
              {counted(corpus.documents, 'document')} · {counted(corpus.passages, 'passage')} ·{' '}
              {rich('changed {when}', { when: <Moment at={corpus.updated_at} /> })}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
