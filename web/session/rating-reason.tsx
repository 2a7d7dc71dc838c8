import { useState } from 'react';
import { maxReasonChars } from '../../src/contract/feedback.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { formText } from '../ui/form-text.ts';
import { Field, TextArea } from '../ui/field.tsx';

/** Why an answer was good or bad, which nobody has to say. */
export function RatingReason({ reason, busy, onSave, isAsked }: RatingReasonProps) {
  const [isOpen, setOpen] = useState(isAsked);
  if (!isOpen) {
    return (
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
        {reason === '' ? (
          t('Thank you, this is noted.')
        ) : (
          <span className="wrap-anywhere">{t('Your reason: “{reason}”', { reason })}</span>
        )}
        <Button look="quiet" className="min-h-8! py-1!" onClick={() => setOpen(true)}>
          {reason === '' ? t('Say why') : t('Change it')}
        </Button>
      </p>
    );
  }
  return (
    <form
      className="max-w-xl space-y-2 rounded-xl border border-line bg-surface p-3"
      onSubmit={(event) => {
        event.preventDefault();
        const text = formText(new FormData(event.currentTarget), 'reason').trim();
        void onSave(text).then((isStored) => isStored && setOpen(false));
      }}
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
    >
      <Field label={t('Why? You need not say.')}>
        {(id) => <TextArea id={id} name="reason" rows={2} maxLength={maxReasonChars} defaultValue={reason} autoFocus />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={() => setOpen(false)}>{t('Not now')}</Button>
        <Button type="submit" look="primary" busy={busy}>
          {t('Save')}
        </Button>
      </div>
    </form>
  );
}
type RatingReasonProps = {
  reason: string;
  busy: boolean;
  /** Gives whether it was stored. */
  onSave(reason: string): Promise<boolean>;
  /** Whether the question is open at first. */
  isAsked: boolean;
};
