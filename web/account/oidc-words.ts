import { type OidcProblem, oidcProblem } from '../../src/contract/oidc.ts';
import { t } from '../i18n/translate.ts';

/** What to do for whoever comes back from the provider with nothing. */
const words: Readonly<Record<OidcProblem, string>> = {
  provider_unavailable: t('The single sign-on does not answer. Try again in a moment, or sign in with your password.'),
  refused: t('The single sign-on did not let you in, or you cancelled. Try again, or sign in with your password.'),
  over: t('This sign-in took too long, was used, or was begun in another window. Begin again.'),
  not_verified: t(
    'What the single sign-on answered could not be verified. If it happens again, tell an administrator.',
  ),
  no_account: t(
    'There is no active account here for you. If you have a password here, sign in with it and link the two under My account; else ask an administrator.',
  ),
  name_taken: t(
    'Your username is somebody’s here already. If it is yours, sign in with its password and link the two under My account; else ask an administrator.',
  ),
  linked_elsewhere: t('Whom you signed in as there is linked to another account here. Ask an administrator.'),
  other_linked: t(
    'Your account is linked to somebody else there. Unlink it under My account first, or ask an administrator to.',
  ),
  too_many: t('Too many tries from your network. Wait a moment and try again.'),
  unavailable: t('The server is busy. Try again in a moment.'),
};

/** Undefined for what is no reason of ours: nobody writes on the page by a link to it. */
export function oidcWords(problem: string | undefined): string | undefined {
  const known = oidcProblem.safeParse(problem);
  return known.success ? words[known.data] : undefined;
}
