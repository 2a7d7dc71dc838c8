import type { Role } from '../../contract/auth.ts';
import type { LinkPurpose } from '../../contract/links.ts';
import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';

export type OpenLinkRecord = {
  id: string;
  purpose: LinkPurpose;
  user_id: string | null;
  username: string | null;
  role: Role | null;
  group_ids: string | null;
  email: string | null;
  created_by: string;
  expires_at: string;
};

/** Links that may be used: not expired, given by whoever is an active administrator still or asked for by the user, and for an active user. */
export function openLinks(db: Db, now: string) {
  return db
    .selectFrom('one_time_links as l')
    .innerJoin('users as giver', 'giver.id', 'l.created_by')
    .leftJoin('users as u', 'u.id', 'l.user_id')
    .select((eb) => [
      'l.id',
      'l.purpose',
      'l.user_id',
      eb.fn.coalesce('u.username', 'l.username').as('username'),
      'l.role',
      'l.group_ids',
      'l.email',
      'l.created_by',
      'l.expires_at',
    ])
    .$narrowType<{ purpose: LinkPurpose; role: Role | null }>()
    .where('l.expires_at', '>', now)
    .where('giver.is_active', '=', 1)
    .where('giver.deleted_at', 'is', null)
    .where((eb) => eb.or([eb('giver.role', '=', 'administrator'), eb('l.is_asked_for', '=', 1)]))
    .where((eb) => eb.or([eb('l.user_id', 'is', null), eb('u.is_active', '=', 1)]));
}

/** The link a token opens, for this purpose alone. Unique index on token_hash. */
export const openLink = query(function* (
  db: Db,
  args: { tokenHash: string; purpose: LinkPurpose; now: string },
): Script<OpenLinkRecord | undefined> {
  return yield* first(
    openLinks(db, args.now).where('l.token_hash', '=', args.tokenHash).where('l.purpose', '=', args.purpose),
  );
});

export type InvitationRecord = {
  id: string;
  username: string | null;
  role: Role;
  email: string | null;
  giver: string;
  created_at: string;
  expires_at: string;
};

function invitationRecords(db: Db) {
  return db
    .selectFrom('one_time_links as l')
    .innerJoin('users as giver', 'giver.id', 'l.created_by')
    .select(['l.id', 'l.username', 'l.role', 'l.email', 'giver.username as giver', 'l.created_at', 'l.expires_at'])
    .$narrowType<{ role: Role }>()
    .where('l.purpose', '=', 'invitation');
}

/** Invitations nobody accepted yet, expired ones too, newest first. There are at most as many as `createInvitation` lets be. */
export const invitations = query(function* (db: Db, _args: Record<string, never>): Script<InvitationRecord[]> {
  return yield* all(invitationRecords(db).orderBy('l.created_at', 'desc').orderBy('l.id'));
});

export const invitationById = query(function* (db: Db, args: { id: string }): Script<InvitationRecord | undefined> {
  return yield* first(invitationRecords(db).where('l.id', '=', args.id));
});
