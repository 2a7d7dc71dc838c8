import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../src/contract/auth.ts';
import { fetchSecondFactorRule, putSecondFactorRule } from '../../../api/second-factor.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failure } from '../../../ui/states.tsx';

const ruleKey = ['second-factor-rule'];
const roles: { role: Role; words: string }[] = [
  { role: 'member', words: 'Members' },
  { role: 'curator', words: 'Curators' },
  { role: 'administrator', words: 'Administrators' },
];

/** Which roles must have an authenticator app. */
export function SecondFactorRule() {
  const query = useQuery({ queryKey: ruleKey, queryFn: ({ signal }) => fetchSecondFactorRule(signal) });
  const queryClient = useQueryClient();
  const [changing, setChanging] = useState<{ role: Role; words: string; on: boolean }>();
  const required = query.data?.required_for ?? [];
  const change = async ({ role, on }: { role: Role; on: boolean }) => {
    const others = required.filter((each) => each !== role);
    queryClient.setQueryData(ruleKey, await putSecondFactorRule(on ? [...others, role] : others));
  };
  return (
    <Section
      title="Authenticator app required for"
      hint="Whoever has none is led to it at the next sign-in, before anything else."
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
                onChange={(event) => setChanging({ role, words, on: event.target.checked })}
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
          title={`${changing.on ? 'Require' : 'No longer require'} an authenticator app?`}
          action={changing.on ? `Require for ${changing.words.toLowerCase()}` : 'No longer require'}
          onConfirm={() => change(changing)}
        >
          {changing.on
            ? `${changing.words} who have none are signed out now, and turn one on when they sign in again.`
            : `${changing.words} may then turn it off, and sign in with the password alone.`}
        </Confirm>
      )}
    </Section>
  );
}
