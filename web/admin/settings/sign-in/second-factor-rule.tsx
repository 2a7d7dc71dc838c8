import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../src/contract/auth.ts';
import { fetchSecondFactorRule, putSecondFactorRule } from '../../../api/second-factor.ts';
import { t } from '../../../i18n/translate.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failure } from '../../../ui/states.tsx';

const ruleKey = ['second-factor-rule'];
const roles: { role: Role; words: string }[] = [
  { role: 'member', words: t('Members') },
  { role: 'curator', words: t('Curators') },
  { role: 'administrator', words: t('Administrators') },
];

/** Which roles must have an authenticator app. */
export function SecondFactorRule() {
  const query = useQuery({ queryKey: ruleKey, queryFn: ({ signal }) => fetchSecondFactorRule(signal) });
  const queryClient = useQueryClient();
  const [changing, setChanging] = useState<{ role: Role; on: boolean }>();
  const required = query.data?.required_for ?? [];
  const change = async ({ role, on }: { role: Role; on: boolean }) => {
    const others = required.filter((each) => each !== role);
    queryClient.setQueryData(ruleKey, await putSecondFactorRule(on ? [...others, role] : others));
  };
  return (
    <Section
      title={t('Authenticator app required for')}
      hint={t('Whoever has none is led to it at the next sign-in, before anything else.')}
    >
      {query.error && !query.data && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <div className="flex flex-wrap gap-x-6">
          {roles.map(({ role, words }) => (
            <label key={role} className="flex min-h-9 items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={required.includes(role)}
                onChange={(event) => setChanging({ role, on: event.target.checked })}
              />
              {words}
            </label>
          ))}
        </div>
      )}
      {changing && (
        <Confirm
          open
          onOpenChange={(open) => !open && setChanging(undefined)}
          title={changing.on ? t('Require an authenticator app?') : t('No longer require an authenticator app?')}
          action={
            changing.on
              ? t('Require for {role, select, member {members} curator {curators} other {administrators}}', {
                  role: changing.role,
                })
              : t('No longer require')
          }
          onConfirm={() => change(changing)}
        >
          {changing.on
            ? t(
                '{role, select, member {Members} curator {Curators} other {Administrators}} who have none are signed out now, and turn one on when they sign in again.',
                { role: changing.role },
              )
            : t(
                '{role, select, member {Members} curator {Curators} other {Administrators}} may then turn it off, and sign in with the password alone.',
                { role: changing.role },
              )}
        </Confirm>
      )}
    </Section>
  );
}
