import type { SessionRow } from '../../src/contract/sessions.ts';
import { deleteSession, patchSession } from '../api/sessions.ts';
import { t } from '../i18n/translate.ts';
import { useKeptFor } from '../retention/use-kept-for.ts';
import { Confirm, FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { sessionTitle } from './session-title.ts';
import { useTakenOut } from './use-taken-out.ts';

type Props = { row: Pick<SessionRow, 'session_id' | 'title'>; open: boolean; onOpenChange(open: boolean): void };

export function RenameSession({ row, open, onOpenChange }: Props) {
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('Rename session')}
      action={t('Rename')}
      onSubmit={(data) => patchSession(row.session_id, { title: formText(data, 'title').trim() })}
    >
      <Field label={t('Title')}>
        {(id) => (
          <TextInput id={id} name="title" defaultValue={row.title} required maxLength={200} autoComplete="off" />
        )}
      </Field>
    </FormDialog>
  );
}

export function DeleteSession({ row, open, onOpenChange }: Props) {
  const title = sessionTitle(row);
  const days = useKeptFor().session_bin;
  const takeOut = useTakenOut();
  const remove = async () => {
    await deleteSession(row.session_id);
    await takeOut(row.session_id);
  };
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={t('Delete this session?')}
      action={t('Delete session')}
      onConfirm={remove}
    >
      {days === null
        ? t(
            '“{title}” leaves every list at once, and an answer under way stops. ' +
              'You can bring it back for ever, under “Deleted sessions”.',
            { title },
          )
        : t(
            '“{title}” leaves every list at once, and an answer under way stops. ' +
              'You can bring it back for {days, plural, one {# day} other {# days}}, under “Deleted sessions”.',
            { title, days },
          )}
    </Confirm>
  );
}
