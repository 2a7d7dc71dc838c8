import type { ReactNode } from 'react';
import { inRow } from '../../i18n/in-row.ts';
import { rich, t } from '../../i18n/translate.ts';
import { listOf, quoted, roleOf, type SentencesOf, type Told, text, textOrNone } from './told.ts';

type People = 'user' | 'login' | 'api_key' | 'oidc' | 'invitation' | 'second_factor' | 'account';

export const sentencesOfPeople: SentencesOf<People> = {
  'user.created': ({ links, facts }) =>
    rich('created the user {it} as {role}', { ...links, role: roleOf(facts['role']) }),
  'user.changed': userChanged,
  'user.deleted': ({ links }) => rich('deleted the user {it}', links),
  'user.signed_in': ({ facts, personal }) =>
    t(
      'signed in{address, select, none {} other { from {address}}}{failures, plural, =-1 {} one { after # wrong password} other { after # wrong passwords}}',
      { address: textOrNone(personal['address']), failures: failuresOf(facts['failures_before']) },
    ),
  'user.signed_out': () => t('signed out'),
  'user.sign_in_refused': signInRefused,
  'user.password_changed': () => t('changed the password'),
  'user.reset_offered': ({ links }) => rich('made a link for a new password of {it}', links),
  'user.reset_asked_for': ({ links, personal }) =>
    rich('sent a link for a new password to {it}, asked for{address, select, none {} other { from {address}}}', {
      ...links,
      address: textOrNone(personal['address']),
    }),
  'user.reset_not_mailed': ({ links }) => rich('could not mail a link for a new password to {it}', links),
  'user.password_reset': () => t('set a new password by a link'),
  'user.erasure_began': erasureBegan,
  'user.erased': ({ links }) => rich('finished erasing the user {it}', links),
  'login.revoked': ({ links, facts }) =>
    rich('ended {count, plural, one {# sign-in} other {# sign-ins}} of {it}', {
      ...links,
      count: listOf(facts['login_ids']).length,
    }),
  'api_key.created': ({ links, personal }) =>
    rich('made the API key {name} of {other}', { ...links, name: quoted(personal['name']) }),
  'api_key.revoked': ({ links }) => rich('revoked an API key of {other}', links),
  'oidc.linked': () => t('linked the account to the single sign-on'),
  'oidc.unlinked': ({ links }) => rich('unlinked {it} from the single sign-on', links),
  'invitation.created': ({ facts, personal }) => {
    const role = roleOf(facts['role']);
    const who = personal['username'] ?? personal['email'];
    return typeof who === 'string'
      ? t('invited {who} as {role}', { who, role })
      : t('invited somebody as {role}', { role });
  },
  'invitation.renewed': () => t('made another link for an invitation'),
  'invitation.withdrawn': () => t('withdrew an invitation'),
  'invitation.accepted': ({ facts }) => t('accepted an invitation as {role}', { role: roleOf(facts['role']) }),
  'second_factor.turned_on': () => t('turned on an authenticator app'),
  'second_factor.turned_off': () => t('turned off the authenticator app'),
  'second_factor.codes_renewed': () => t('made new recovery codes'),
  'second_factor.removed': ({ links }) => rich('removed the authenticator app of {it}', links),
  'second_factor.required': ({ facts }) => {
    const roles = inRow(listOf(facts['roles']).map(roleOf));
    return roles === ''
      ? t('requires an authenticator app of nobody')
      : t('requires an authenticator app of: {roles}', { roles });
  },
  'account.exported': () => t('exported what is stored of them'),
};

/** -1 where nothing is known of them. */
const failuresOf = (failures: unknown) => (typeof failures === 'number' ? failures : -1);

function userChanged({ links, facts, personal }: Told): ReactNode {
  const { role, is_active, password_changed, display_name_changed, email_changed } = facts;
  const displayName = quoted(personal['display_name']);
  const changes = [
    ...(role === undefined ? [] : [t('role {role}', { role: roleOf(role) })]),
    ...(is_active === undefined ? [] : [is_active === true ? t('activated') : t('deactivated')]),
    ...(password_changed === true ? [t('a new password')] : []),
    ...(display_name_changed === true ? [t('display name {name}', { name: displayName })] : []),
    ...(email_changed === true ? [addressWords(personal['email'])] : []),
  ];
  if (changes.length > 1 || email_changed === true)
    return rich('changed the user {it}: {changes}', { ...links, changes: inRow(changes) });
  if (role !== undefined)
    return rich(
      'made {it} {role, select, member {a member} curator {a curator} administrator {an administrator} other {a {role}}}',
      { ...links, role: text(role) },
    );
  if (is_active === true) return rich('activated {it}', links);
  if (is_active !== undefined) return rich('deactivated {it}', links);
  if (password_changed === true) return rich('set a new password for {it}', links);
  return rich('changed the display name of {it} to {name}', { ...links, name: displayName });
}

const addressWords = (address: unknown): string =>
  address === null ? t('no mail address') : t('mail address {address}', { address: quoted(address) });

function signInRefused({ record, links, facts, personal }: Told): ReactNode {
  const how = { address: textOrNone(personal['address']), failures: failuresOf(facts['failures']) };
  return record.object.id === 'unknown'
    ? t(
        'refused sign-ins to a username nobody has{address, select, none {} other { from {address}}}{failures, plural, =-1 {} one { after # wrong password} other { after # wrong passwords}}',
        how,
      )
    : rich(
        'refused sign-ins to {it}{address, select, none {} other { from {address}}}{failures, plural, =-1 {} one { after # wrong password} other { after # wrong passwords}}',
        { ...links, ...how },
      );
}

/** People erase themselves, or are erased. */
function erasureBegan({ record, links, facts }: Told): ReactNode {
  const corpora = text(facts['corpora']);
  return record.actor?.id === record.object.id
    ? t('erased their own account{corpora, select, erase {, with the corpora they own} other {}}', { corpora })
    : rich('had the user {it} erased{corpora, select, erase {, with the corpora they own} other {}}', {
        ...links,
        corpora,
      });
}
