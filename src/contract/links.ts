import { z } from 'zod';
import { newPassword, role, username } from './auth.ts';
import { time, uuid } from './common.ts';
import { delivery, email } from './mail.ts';

export const displayName = z.string().trim().min(1).max(120);

export const invitationBody = z.strictObject({
  /** Absent: whoever is invited chooses it. */
  username: username.optional(),
  role,
  /** Where the link is mailed; the user has the address from then on. */
  email: email.optional(),
  /** Groups that the user becomes a member of, beside Everyone. */
  groups: z.array(uuid).max(100).optional(),
});

export const invitation = z.strictObject({
  id: z.string(),
  username: z.string().nullable(),
  role,
  email: z.string().nullable(),
  created_by: z.string().meta({ description: 'Username of the administrator who invites' }),
  created_at: time,
  expires_at: time,
});
export type Invitation = z.infer<typeof invitation>;
export const invitationList = z.strictObject({ invitations: z.array(invitation) });

/** The link with its secret: in this one answer, and in the mail where there is one. */
const link = {
  link: z.string().meta({ description: 'Shown once; only a hash of it is stored' }),
  /** Null where there is no address to mail it to. */
  mail: delivery.nullable(),
};
export const newInvitation = z.strictObject({ ...invitation.shape, ...link });
export type NewInvitation = z.infer<typeof newInvitation>;
export const newReset = z.strictObject({ expires_at: time, ...link });
export type NewReset = z.infer<typeof newReset>;

/** What a link is for. One for the one opens nothing of the other. */
export const linkPurpose = z.enum(['invitation', 'reset']);
export type LinkPurpose = z.infer<typeof linkPurpose>;
/** What stands behind the `#`. One that is missing, empty or of any other form is refused as a wrong one is. */
const token = z.string().max(1_000).nullish();

export const checkLinkBody = z.strictObject({ purpose: linkPurpose, token });
export const openLink = z.strictObject({
  purpose: linkPurpose,
  /** Whose password it sets, or the username that is invited; null when that is for the invited to choose. */
  username: z.string().nullable(),
  expires_at: time,
});
export type OpenLink = z.infer<typeof openLink>;

export const acceptInvitationBody = z.strictObject({
  token,
  username: username.optional(),
  display_name: displayName.optional(),
  password: newPassword,
});
export const resetPasswordBody = z.strictObject({ token, password: newPassword });
/** Who forgot their password, by username or mail address. */
export const forgottenPasswordBody = z.strictObject({ account: z.string().trim().min(1).max(254) });
export const linkUsed = z.strictObject({ username: z.string() });
export type LinkUsed = z.infer<typeof linkUsed>;
