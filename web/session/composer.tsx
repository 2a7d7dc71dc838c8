import { ArrowUp, Square } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { Dictation } from '../dictation/dictation.tsx';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { ariaKeys } from '../shortcuts/key-names.ts';
import { shortcuts } from '../shortcuts/shortcuts.ts';
import { useShortcut } from '../shortcuts/use-shortcut.ts';
import { IconButton } from '../ui/button.tsx';

/** A message's bound, in UTF-16 units. */
export const maxMessageChars = 64_000;

export const tooLongWords = (text: string): string =>
  t('{count, plural, one {# character too long} other {# characters too long}}', {
    count: text.length - maxMessageChars,
  });

/** Where a message is written. Its text is kept in the browser with every key, and leaves once: the draft is gone before the message is on its way. */
export function Composer({ sessionId, text, onText, onSend, onStop, stopping, refusal, children }: ComposerProps) {
  const { drafts } = useServices();
  const area = useRef<HTMLTextAreaElement>(null);
  /** Read instead of the state, which is one render behind on a quick double Enter. */
  const latest = useRef(text);

  useLayoutEffect(() => {
    latest.current = text;
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${text === '' ? 0 : element.scrollHeight}px`;
  }, [text]);

  const write = (value: string) => {
    latest.current = value;
    drafts.write(sessionId, value);
    onText(value);
  };
  const send = () => {
    const message = latest.current;
    if (message.trim() === '' || message.length > maxMessageChars) return;
    write('');
    onSend(message);
    area.current?.focus();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  useShortcut('write', () => area.current?.focus());
  useShortcut('stop', stopping ? undefined : onStop);

  const tooLong = text.length > maxMessageChars;
  return (
    <form onSubmit={onSubmit} className="mx-auto w-full max-w-3xl px-3 pb-3 sm:px-5 sm:pb-4">
      {refusal && (
        <p role="alert" className="mb-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
          {t('Not sent: {problem}', { problem: refusal })}
        </p>
      )}
      <div className="rounded-2xl border border-line-strong bg-surface shadow-[0_1px_3px_rgb(0_0_0/5%)] focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/25">
        <label htmlFor="composer" className="sr-only">
          {t('Message')}
        </label>
        <textarea
          ref={area}
          id="composer"
          value={text}
          rows={1}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
          aria-keyshortcuts={ariaKeys(shortcuts.write.keys)}
          placeholder={t('Ask your documents')}
          enterKeyHint="send"
          className="block max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-base outline-none placeholder:text-faint sm:text-[0.9375rem]"
        />
        <div className="flex items-center gap-2 px-2 pb-2">
          <div className="flex min-w-0 flex-1 items-center gap-1">{children}</div>
          {tooLong && (
            <span role="alert" className="text-xs text-danger">
              {tooLongWords(text)}
            </span>
          )}
          <Dictation text={text} onText={write} />
          {onStop && (
            <IconButton
              label={stopping ? t('Stopping…') : t('Stop answering')}
              onClick={onStop}
              disabled={stopping}
              aria-keyshortcuts={ariaKeys(shortcuts.stop.keys)}
              className="border border-line-strong"
            >
              <Square aria-hidden className="size-3.5! fill-current" />
            </IconButton>
          )}
          <IconButton
            type="submit"
            label={t('Send')}
            disabled={text.trim() === '' || tooLong}
            className="bg-accent text-on-accent! hover:bg-accent-strong disabled:bg-hover disabled:text-faint!"
          >
            <ArrowUp aria-hidden />
          </IconButton>
        </div>
      </div>
    </form>
  );
}

type ComposerProps = {
  sessionId: string;
  text: string;
  onText(text: string): void;
  onSend(text: string): void;
  /** Present while an answer is under way. */
  onStop: (() => void) | undefined;
  stopping: boolean;
  refusal: string | undefined;
  children: ReactNode;
};

/** The composer's text, from the draft on. */
export function useDraft(sessionId: string): [string, (text: string) => void] {
  const { drafts } = useServices();
  const [draft, setDraft] = useState(() => ({ sessionId, text: drafts.read(sessionId) }));
  const current = draft.sessionId === sessionId ? draft : { sessionId, text: drafts.read(sessionId) };
  if (current !== draft) setDraft(current);
  return [current.text, (text) => setDraft({ sessionId, text })];
}
