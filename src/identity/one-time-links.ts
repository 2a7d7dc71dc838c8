import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { byOf } from '../access/actor.ts';
import type {
  acceptInvitationBody,
  Invitation,
  invitationBody,
  LinkPurpose,
  LinkUsed,
  NewInvitation,
  NewReset,
  OpenLink,
  resetPasswordBody,
} from '../contract/links.ts';
import { AppError } from '../errors.ts';
import { newId, newSecret, sha256 } from '../ids.ts';
import type { InvitationRecord, OpenLinkRecord } from '../store/queries/one-time-links.ts';
import { deliver, type Post } from './deliver.ts';
import type { Identity } from './identity.ts';
import { invitationMail, resetMail } from './link-mails.ts';
import type { LoginThrottle } from './login-throttle.ts';

export type Links = Pick<Identity, 'store' | 'clock' | 'passwords'> & {
  /** Of tries to open links, for each network. */
  throttle: LoginThrottle;
  /** What browsers use. */
  publicUrl: URL;
  post: Post;
  /** What this installation is called now. */
  installationName(): Promise<string>;
};

/** A link opens for this long: until somebody who sits at the other end has read it, and not until a mailbox is searched. */
const linkLifetimeMs = 30 * 60_000;
/** What `newSecret` makes. */
const tokenPattern = /^[\w-]{43}$/;

/** Invites somebody, and mails the link where there is an address. The link in the answer is stored nowhere.
 *  @throws AppError name_taken, email_taken; not_found for a group that is not there; conflict when too many are open */
export async function createInvitation(
  links: Links,
  actor: Actor,
  input: z.output<typeof invitationBody>,
): Promise<NewInvitation> {
  const { id, token, at, tokenHash, expiresAt } = newLink(links);
  const outcome = await links.store.write.createInvitation({
    id,
    tokenHash,
    expiresAt,
    username: input.username ?? null,
    email: input.email ?? null,
    role: input.role,
    groupIds: [...new Set(input.groups)],
    createdBy: actor.userId,
    at,
    by: byOf(actor),
  });
  if (outcome === 'too_many') {
    throw new AppError('conflict', { detail: 'Too many invitations are open. Withdraw some of them first.' });
  }
  if (outcome === 'passwords_off') {
    throw new AppError('conflict', {
      detail:
        'Only administrators have a password here. Whoever the single sign-on lets in needs no invitation; else let everybody use passwords first, in Settings.',
    });
  }
  if (outcome !== 'created') throw new AppError(outcome);
  return invite(links, actor, id, token);
}

/** Another link for an invitation, mailed as the first one; the one before is dead when this resolves.
 *  @throws AppError not_found */
export async function renewInvitation(links: Links, actor: Actor, id: string): Promise<NewInvitation> {
  const { token, at, tokenHash, expiresAt } = newLink(links);
  const renewed = { id, tokenHash, expiresAt, createdBy: actor.userId, at, by: byOf(actor) };
  const outcome = await links.store.write.renewInvitation(renewed);
  if (outcome !== 'renewed') throw new AppError(outcome);
  return invite(links, actor, id, token);
}

/** @throws AppError not_found */
export async function withdrawInvitation({ store, clock }: Links, actor: Actor, id: string): Promise<void> {
  const outcome = await store.write.withdrawInvitation({ id, at: clock.now(), by: byOf(actor) });
  if (outcome !== 'withdrawn') throw new AppError(outcome);
}

/** Invitations that nobody accepted yet, expired ones too, newest first. */
export async function listInvitations({ store }: Pick<Links, 'store'>): Promise<Invitation[]> {
  return (await store.scan.invitations({})).map(toInvitation);
}

/** A link that sets a new password, mailed where the user has an address. Until it is used nothing ends.
 *  @throws AppError not_found; conflict for a user who is deactivated */
export async function createReset(links: Links, actor: Actor, userId: string): Promise<NewReset> {
  const { store, post, publicUrl } = links;
  const { id, token, at, tokenHash, expiresAt } = newLink(links);
  const reset = { id, tokenHash, expiresAt, userId, createdBy: actor.userId, at, by: byOf(actor) };
  const outcome = await store.write.createReset(reset);
  if (outcome === 'inactive') {
    throw new AppError('conflict', { detail: 'This user is deactivated and cannot sign in. Activate the user first.' });
  }
  if (outcome === 'passwords_off') {
    throw new AppError('conflict', {
      detail: 'Only administrators have a password here, and this user is none: they sign in by the single sign-on.',
    });
  }
  if (outcome !== 'created') throw new AppError(outcome);
  const link = linkOf(publicUrl, 'reset', token);
  const user = await store.read.userById({ userId });
  const to = user?.email ?? null;
  if (!user || to === null) return { expires_at: expiresAt, link, mail: null };
  const installation = await links.installationName();
  const letter = resetMail({
    installation,
    username: user.username,
    giver: actor.displayName,
    link,
    expiresAt,
    publicUrl,
  });
  return { expires_at: expiresAt, link, mail: await deliver(post, { to, ...letter }) };
}

type FromWhere = { token: string | null | undefined; address: string };

/** What a link is for, without using it.
 *  @throws AppError link_not_valid, too_many_requests */
export function checkLink(links: Links, purpose: LinkPurpose, from: FromWhere): Promise<OpenLink> {
  return tryLink(links, purpose, from, async (link) => ({
    purpose,
    username: link.username,
    expires_at: link.expires_at,
  }));
}

/** Makes the invited user.
 *  @throws AppError link_not_valid, weak_password, too_many_requests, overloaded; name_taken, bad_request for a name that the link does not have: the link then stays good */
export function acceptInvitation(
  links: Links,
  { username: wanted, display_name, password, ...input }: z.output<typeof acceptInvitationBody> & { address: string },
): Promise<LinkUsed> {
  const { store, clock, passwords } = links;
  return tryLink(links, 'invitation', { token: input.token, address: input.address }, async (link, tokenHash) => {
    const username = link.username ?? wanted;
    if (username === undefined) throw new AppError('bad_request', { detail: 'Body: username: Choose a username.' });
    if (wanted !== undefined && wanted !== username) {
      throw new AppError('bad_request', { detail: 'Body: username: The invitation is for another username.' });
    }
    const outcome = await store.write.acceptInvitation({
      tokenHash,
      userId: newId(),
      username,
      displayName: display_name ?? username,
      passwordHash: await passwords.hashChosen(password, [username, display_name ?? username]),
      at: clock.now(),
    });
    if (outcome === 'name_taken' || outcome === 'passwords_off') throw new AppError(outcome);
    return outcome === 'accepted' ? { username } : undefined;
  });
}

/** Sets the password that the link was given for, and ends every login and key of its user.
 *  @throws AppError link_not_valid, weak_password, too_many_requests, overloaded */
export function resetPassword(
  links: Links,
  { password, ...from }: z.output<typeof resetPasswordBody> & { address: string },
): Promise<LinkUsed> {
  const { store, clock, passwords } = links;
  return tryLink(links, 'reset', { token: from.token, address: from.address }, async (link, tokenHash) => {
    const passwordHash = await passwords.hashChosen(password, [link.username ?? '']);
    const outcome = await store.write.useReset({ tokenHash, passwordHash, at: clock.now() });
    if (outcome === 'passwords_off') throw new AppError(outcome);
    return outcome === 'reset' ? { username: link.username ?? '' } : undefined;
  });
}

/** Does the work with an open link. Whatever is wrong with a link, the answer is the same; no password is hashed for it. */
async function tryLink<Result>(
  { store, clock, throttle }: Links,
  purpose: LinkPurpose,
  { token, address }: FromWhere,
  work: (link: OpenLinkRecord, tokenHash: string) => Promise<Result | undefined>,
): Promise<Result> {
  const tokenHash = sha256(token ?? '');
  const attempt = throttle.begin({ address });
  if ('retryAfterSeconds' in attempt) {
    throw new AppError('too_many_requests', {
      detail: 'Too many links that do not open were tried from here. Wait and try again.',
      retryAfterSeconds: attempt.retryAfterSeconds,
    });
  }
  let result: Result | undefined;
  try {
    const isWhole = tokenPattern.test(token ?? '');
    const link = isWhole ? await store.read.openLink({ tokenHash, purpose, now: clock.now() }) : undefined;
    result = link && (await work(link, tokenHash));
  } catch (error) {
    attempt.withdraw();
    throw error;
  }
  if (result === undefined) {
    throw new AppError('link_not_valid', {
      detail: 'It was used, is older than 30 minutes, or is not whole. Ask an administrator for a new one.',
    });
  }
  attempt.succeed();
  return result;
}

/** A link that begins at this moment: its secret, and what is stored. */
export function newLink({ clock }: Pick<Links, 'clock'>) {
  const token = newSecret();
  const nowMs = clock.nowMs();
  return {
    id: newId(),
    token,
    tokenHash: sha256(token),
    at: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + linkLifetimeMs).toISOString(),
  };
}

async function getInvitation({ store }: Pick<Links, 'store'>, id: string): Promise<Invitation> {
  const record = await store.scan.invitationById({ id });
  if (!record) throw new AppError('not_found');
  return toInvitation(record);
}

/** The invitation with its link, mailed where there is an address. */
async function invite(links: Links, actor: Actor, id: string, token: string): Promise<NewInvitation> {
  const { post, publicUrl } = links;
  const invitation = await getInvitation(links, id);
  const link = linkOf(publicUrl, 'invitation', token);
  const { email: to, expires_at: expiresAt } = invitation;
  if (to === null) return { ...invitation, link, mail: null };
  const installation = await links.installationName();
  const letter = invitationMail({ installation, giver: actor.displayName, link, expiresAt, publicUrl });
  return { ...invitation, link, mail: await deliver(post, { to, ...letter }) };
}

/** The secret stands behind the `#`: browsers send that to nobody, so no log on the way holds it. */
export function linkOf(publicUrl: URL, purpose: LinkPurpose, token: string): string {
  return new URL(`${purpose === 'invitation' ? '/welcome' : '/reset'}#${token}`, publicUrl).href;
}

function toInvitation({ giver, ...record }: InvitationRecord): Invitation {
  return { ...record, created_by: giver };
}
