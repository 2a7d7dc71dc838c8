import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { Button } from '../ui/button.tsx';
import { maxMessageChars, tooLongWords } from './composer.tsx';

/** A message being edited where it stands. What is typed is kept like a draft until it is sent or given up. */
export function EditMessage({ draftId, text, onSend, onCancel }: EditMessageProps) {
  const { drafts } = useServices();
  const [edited, setEdited] = useState(() => drafts.read(draftId) || text);
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${edited === '' ? 0 : element.scrollHeight}px`;
  }, [edited]);
  useLayoutEffect(() => {
    const element = area.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);

  const tooLong = edited.length > maxMessageChars;
  const cancel = () => {
    drafts.write(draftId, '');
    onCancel();
  };
  const send = () => {
    if (edited.trim() === '' || tooLong) return;
    drafts.write(draftId, '');
    onSend(edited);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') cancel();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <div className="ms-auto w-full max-w-xl rounded-2xl border border-line-strong bg-surface p-2 focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/25">
      <textarea
        ref={area}
        aria-label={t('Edited message')}
        value={edited}
        rows={1}
        onChange={({ target: { value } }) => {
          setEdited(value);
          drafts.write(draftId, value);
        }}
        onKeyDown={onKeyDown}
        className="block min-h-10 max-h-[40dvh] w-full resize-none bg-transparent px-2 py-1.5 outline-none"
      />
      <div className="mt-1 flex flex-wrap items-center justify-end gap-2">
        <p className="me-auto px-2 text-xs text-muted">
          {tooLong ? tooLongWords(edited) : t('The message and answers it has now are kept.')}
        </p>
        <Button onClick={cancel}>{t('Cancel')}</Button>
        <Button look="primary" disabled={edited.trim() === '' || tooLong} onClick={send}>
          {t('Send')}
        </Button>
      </div>
    </div>
  );
}
type EditMessageProps = { draftId: string; text: string; onSend(text: string): void; onCancel(): void };
