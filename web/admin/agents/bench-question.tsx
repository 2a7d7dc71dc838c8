import { type FormEvent, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextArea } from '../../ui/field.tsx';

type BenchQuestionProps = {
  busy: boolean;
  isFit: boolean;
  /** Gives whether the question is on its way; else its text stays. */
  onAsk(text: string): Promise<boolean>;
};

/** Where a question to the bench is written. */
export function BenchQuestion({ busy, isFit, onAsk }: BenchQuestionProps) {
  const [text, setText] = useState('');
  const ask = async () => {
    if (text.trim() === '' || busy || !isFit) return;
    if (await onAsk(text.trim())) setText('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void ask();
  };
  return (
    <form
      onSubmit={submit}
      aria-label={t('Question to the test bench')}
      className="space-y-2 border-t border-line px-3 py-3"
    >
      <Field label={t('Test question')} {...(!isFit && { hint: t('Complete the form first.') })}>
        {(id) => (
          <TextArea
            id={id}
            rows={2}
            value={text}
            maxLength={64_000}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              void ask();
            }}
          />
        )}
      </Field>
      <Button type="submit" look="primary" busy={busy} disabled={!isFit || text.trim() === ''}>
        {t('Ask the draft')}
      </Button>
    </form>
  );
}
