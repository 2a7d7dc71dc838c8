import type { ReactNode } from 'react';
import { t } from '../i18n/translate.ts';
import { exactTime } from '../ui/time-words.ts';

/** What a person wrote, as written.
 *  @param author  who, where it was somebody else
 *  @param children  what can be done with it */
export function UserMessage({ text, author, at, state, children }: UserMessageProps) {
  return (
    <div data-said="user" className="flex flex-col items-end gap-1">
      {author !== undefined && (
        <span aria-hidden className="max-w-full text-xs font-medium wrap-anywhere text-muted">
          {author}
        </span>
      )}
      <p
        title={at === undefined ? undefined : exactTime(Date.parse(at))}
        className="max-w-[min(100%,36rem)] rounded-2xl rounded-ee-md bg-accent-soft px-4 py-2.5 wrap-anywhere whitespace-pre-wrap"
      >
        <span className="sr-only">
          {author === undefined ? t('You wrote:') : t('{name} wrote:', { name: author })}{' '}
        </span>
        {text}
      </p>
      {children !== undefined && <div className="flex flex-wrap items-center justify-end gap-1">{children}</div>}
      {state !== undefined && <span className="appears-late text-end text-xs text-muted">{state}</span>}
    </div>
  );
}
type UserMessageProps = {
  text: string;
  author?: string | undefined;
  at?: string;
  state?: ReactNode;
  children?: ReactNode;
};
