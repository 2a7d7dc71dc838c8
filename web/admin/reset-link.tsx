import { useRef, useState } from 'react';
import type { AdminUser } from '../../src/contract/auth.ts';
import type { NewReset } from '../../src/contract/links.ts';
import { createReset } from '../api/links.ts';
import { t } from '../i18n/translate.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { ShowOnce } from '../ui/show-once.tsx';
import { deliveryWords } from './delivery-words.ts';
import { useSendsMail } from './use-sends-mail.ts';

/** A link by which a person sets a new password, mailed where they have an address. */
export function ResetLink({ user, onClose }: { user: AdminUser; onClose(): void }) {
  const [reset, setReset] = useState<NewReset>();
  const isMade = useRef(false);
  const isMailed = useSendsMail() && user.email !== null;
  const make = async () => {
    const made = await createReset(user.id);
    isMade.current = true;
    setReset(made);
  };
  if (reset) {
    return (
      <ShowOnce
        title={t('Link for {name}', { name: user.username })}
        text={reset.link}
        label={t('Copy link')}
        onClose={onClose}
      >
        <p>{deliveryWords(reset.mail)}</p>
        <p>{t('Whoever opens it sets the password. It is shown only now, and opens once, within 30 minutes.')}</p>
      </ShowOnce>
    );
  }
  return (
    <FormDialog
      open
      // Closed with a link in hand, it is the link that is shown.
      onOpenChange={(open) => !open && !isMade.current && onClose()}
      title={t('New password of {name}', { name: user.username })}
      description={
        isMailed
          ? t(
              'They are mailed a link, and you get it too, by which they set a new password themself. ' +
                'Once they did, every sign-in and API key of theirs ends. An authenticator app stays as it is.',
            )
          : t(
              'You get a link by which they set a new password themself. ' +
                'Once they did, every sign-in and API key of theirs ends. An authenticator app stays as it is.',
            )
      }
      action={t('Make link')}
      onSubmit={make}
    >
      {null}
    </FormDialog>
  );
}
