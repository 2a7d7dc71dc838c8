import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LegalHold } from '../../../../src/contract/legal-holds.ts';
import { placeHold, releaseHold } from '../../../api/legal-holds.ts';
import { t } from '../../../i18n/translate.ts';
import { FormDialog } from '../../../ui/dialog.tsx';
import { Field, Select, TextArea, TextInput } from '../../../ui/field.tsx';
import { formText } from '../../../ui/form-text.ts';
import { holdsKey } from './holds-key.ts';

export function PlaceHold({ onClose }: { onClose(): void }) {
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<'user' | 'session'>('user');
  const submit = async (data: FormData) => {
    const [subject, reason] = [formText(data, 'subject').trim(), formText(data, 'reason')];
    await placeHold(kind === 'user' ? { kind, username: subject, reason } : { kind, session_id: subject, reason });
    await queryClient.invalidateQueries({ queryKey: holdsKey });
  };
  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Place a legal hold')}
      description={t(
        'On a person it covers all their sessions, those of others that they wrote in, and what is on record of them.',
      )}
      action={t('Place hold')}
      onSubmit={submit}
    >
      <Field label={t('On', {}, 'on whom or what')}>
        {(id) => (
          <Select
            id={id}
            value={kind}
            onChange={(event) => setKind(event.target.value === 'session' ? 'session' : 'user')}
          >
            <option value="user">{t('a person')}</option>
            <option value="session">{t('a session')}</option>
          </Select>
        )}
      </Field>
      <Field
        key={kind}
        label={kind === 'user' ? t('Username') : t('Session’s id')}
        {...(kind === 'session' && { hint: t('It stands in the address of the session’s page under “All sessions”.') })}
      >
        {(id) => <TextInput id={id} name="subject" required maxLength={100} autoComplete="off" />}
      </Field>
      <ReasonField />
    </FormDialog>
  );
}

export function ReleaseHold({ hold, onClose }: { hold: LegalHold; onClose(): void }) {
  const queryClient = useQueryClient();
  const submit = async (data: FormData) => {
    await releaseHold(hold.id, formText(data, 'reason'));
    await queryClient.invalidateQueries({ queryKey: holdsKey });
  };
  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Release the hold on “{name}”?', { name: hold.subject_name })}
      description={t(
        'What is over by a rule, or lay in the bin for its time, is then erased for good within the hour.',
      )}
      action={t('Release hold')}
      isDangerous
      onSubmit={submit}
    >
      <ReasonField />
    </FormDialog>
  );
}

function ReasonField() {
  return (
    <Field label={t('Reason')} hint={t('It is written into the audit log.')}>
      {(id) => <TextArea id={id} name="reason" required minLength={3} maxLength={1_000} rows={3} />}
    </Field>
  );
}
