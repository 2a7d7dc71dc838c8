import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LegalHold, PlaceHoldBody } from '../../../../src/contract/legal-holds.ts';
import { placeHold, releaseHold } from '../../../api/legal-holds.ts';
import { t } from '../../../i18n/translate.ts';
import { FormDialog } from '../../../ui/dialog.tsx';
import { Field, Select, TextArea, TextInput } from '../../../ui/field.tsx';
import { formText } from '../../../ui/form-text.ts';
import { holdsKey } from './holds-key.ts';

const kinds = ['user', 'user_id', 'session'] as const;
type Kind = (typeof kinds)[number];
type Subject = { name: string; label: string; hint?: string; bodyOf(subject: string, reason: string): PlaceHoldBody };

/** What a hold can be on, and how that is named. */
const subjects = (): Record<Kind, Subject> => ({
  user: {
    name: t('a person'),
    label: t('Username'),
    bodyOf: (username, reason) => ({ kind: 'user', username, reason }),
  },
  user_id: {
    name: t('a person who was deleted'),
    label: t('Person’s id'),
    hint: t(
      'In the audit log, choose the person in the record of their deletion: the id stands in the page’s address.',
    ),
    bodyOf: (user_id, reason) => ({ kind: 'user_id', user_id, reason }),
  },
  session: {
    name: t('a session'),
    label: t('Session’s id'),
    hint: t('It stands in the address of the session’s page under “All sessions”.'),
    bodyOf: (session_id, reason) => ({ kind: 'session', session_id, reason }),
  },
});

export function PlaceHold({ onClose }: { onClose(): void }) {
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<Kind>('user');
  const { label, hint, bodyOf } = subjects()[kind];
  const submit = async (data: FormData) => {
    const [subject, reason] = [formText(data, 'subject').trim(), formText(data, 'reason')];
    await placeHold(bodyOf(subject, reason));
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
            onChange={({ target }) => setKind(kinds.find((each) => each === target.value) ?? 'user')}
          >
            {kinds.map((each) => (
              <option key={each} value={each}>
                {subjects()[each].name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field key={kind} label={label} {...(hint !== undefined && { hint })}>
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
    <Field label={t('Your reason')} hint={t('It is written into the audit log.')}>
      {(id) => <TextArea id={id} name="reason" required minLength={3} maxLength={1_000} rows={3} />}
    </Field>
  );
}
