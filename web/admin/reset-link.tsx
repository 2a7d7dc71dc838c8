import { useRef, useState } from 'react';
import type { AdminUser } from '../../src/contract/auth.ts';
import { createReset } from '../api/links.ts';
import { FormDialog } from '../ui/dialog.tsx';
import { ShowOnce } from '../ui/show-once.tsx';

/** A link by which a person sets a new password. */
export function ResetLink({ user, onClose }: { user: AdminUser; onClose(): void }) {
  const [link, setLink] = useState<string>();
  const isMade = useRef(false);
  const make = async () => {
    const { link: made } = await createReset(user.id);
    isMade.current = true;
    setLink(made);
  };
  if (link !== undefined) {
    return (
      <ShowOnce title={`Link for ${user.username}`} text={link} label="Copy link" onClose={onClose}>
        <p>
          Hand it to {user.username}, and to nobody else: whoever opens it sets the password. It is shown only now, and
          opens once, within 30 minutes. Perdure sends no mail.
        </p>
      </ShowOnce>
    );
  }
  return (
    <FormDialog
      open
      // Closed with a link in hand, it is the link that is shown.
      onOpenChange={(open) => !open && !isMade.current && onClose()}
      title={`New password of ${user.username}`}
      description="You get a link by which they set a new password themself. Once they did, every sign-in and API key of theirs ends. An authenticator app stays as it is."
      action="Make link"
      onSubmit={make}
    >
      {null}
    </FormDialog>
  );
}
