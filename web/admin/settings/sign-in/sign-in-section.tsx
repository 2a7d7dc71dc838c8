import { useQuery } from '@tanstack/react-query';
import { fetchSignInSettings } from '../../../api/sign-in-settings.ts';
import { t } from '../../../i18n/translate.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failure, Skeleton } from '../../../ui/states.tsx';
import { PasswordRule } from './password-rule.tsx';
import { SecondFactorRule } from './second-factor-rule.tsx';
import { signInKey } from './sign-in-key.ts';

/** How people sign in, and where each way is set. */
export function SignInSection() {
  const query = useQuery({ queryKey: signInKey, queryFn: ({ signal }) => fetchSignInSettings(signal) });
  const settings = query.data;
  return (
    <>
      {query.isPending && <Skeleton lines={6} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
      {settings && (
        <>
          <PasswordRule settings={settings} />
          <SecondFactorRule />
          <Section
            title={t('Single sign-on')}
            hint={t('Set in the environment, with PERDURE_OIDC_ISSUER and what goes with it.')}
          >
            {settings.oidc ? (
              <Facts
                of={{
                  [t('People see')]: t('Sign in with {name}', { name: settings.oidc.name }),
                  [t('Provider')]: settings.oidc.issuer,
                  [t('New people')]: settings.oidc.allows_sign_up
                    ? t('Whoever it lets in becomes a member')
                    : t('Nobody is made: people link their account under “My account”'),
                  [t('Groups')]:
                    settings.oidc.groups_claim === null
                      ? t('Made here, by hand')
                      : t('From the claim “{claim}”', { claim: settings.oidc.groups_claim }),
                }}
              />
            ) : (
              <p className="text-sm text-muted">{t('Off. People sign in with a password.')}</p>
            )}
          </Section>
          <Section
            title={t('Links by mail')}
            hint={t('Set in the environment, with PERDURE_SMTP_URL and PERDURE_MAIL_FROM.')}
          >
            {settings.mail ? (
              <Facts of={{ [t('From', {}, 'sender')]: settings.mail.from, [t('Mail server')]: settings.mail.host }} />
            ) : (
              <p className="text-sm text-muted">
                {t('Off. Administrators hand over the links by which people are invited or set a new password.')}
              </p>
            )}
          </Section>
        </>
      )}
    </>
  );
}
