import { t } from '../i18n/translate.ts';
import { Field, TextInput } from '../ui/field.tsx';
import { useSendsMail } from './use-sends-mail.ts';

/** Where one-time links are mailed to.
 *  @param hint  what is mailed, where the server sends mail */
export function EmailField({ value = '', hint }: { value?: string; hint: string }) {
  const sendsMail = useSendsMail();
  return (
    <Field
      label={t('Mail address')}
      hint={sendsMail ? hint : t('May be left empty. This server is not set up to send mail.')}
    >
      {(id) => (
        <TextInput
          id={id}
          name="email"
          type="email"
          defaultValue={value}
          maxLength={254}
          autoComplete="off"
          autoCapitalize="none"
        />
      )}
    </Field>
  );
}
