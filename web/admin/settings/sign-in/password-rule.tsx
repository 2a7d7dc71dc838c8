import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SignInSettings } from '../../../../src/contract/sign-in-settings.ts';
import { putPasswordRule } from '../../../api/sign-in-settings.ts';
import { t } from '../../../i18n/translate.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Radio } from '../../../ui/radio.tsx';
import { Section } from '../../../ui/section.tsx';
import { signInKey } from './sign-in-key.ts';

type For = SignInSettings['passwords_for'];
const choices: { value: For; words: string }[] = [
  { value: 'everybody', words: t('Everybody') },
  { value: 'administrators', words: t('Administrators alone') },
];

/** Who signs in with a password. */
export function PasswordRule({ settings: { passwords_for, oidc } }: { settings: SignInSettings }) {
  const queryClient = useQueryClient();
  const [changing, setChanging] = useState<For>();
  const change = async (value: For) => {
    await putPasswordRule({ passwords_for: value });
    await queryClient.invalidateQueries({ queryKey: signInKey });
  };
  return (
    <Section
      title={t('Passwords for')}
      hint={
        oidc
          ? t('Administrators always keep theirs, so that a provider that fails locks nobody out of this page.')
          : t('Without a single sign-on everybody has a password.')
      }
    >
      <div role="radiogroup" aria-label={t('Passwords for')} className="flex flex-wrap gap-x-6">
        {choices.map(({ value, words }) => (
          <Radio
            key={value}
            name="passwords-for"
            words={words}
            checked={passwords_for === value}
            disabled={!oidc}
            onChoose={() => setChanging(value)}
          />
        ))}
      </div>
      {oidc && changing !== undefined && (
        <Confirm
          open
          onOpenChange={(open) => !open && setChanging(undefined)}
          title={
            changing === 'everybody' ? t('Let everybody use a password?') : t('Passwords for administrators alone?')
          }
          action={changing === 'everybody' ? t('Let everybody') : t('Limit passwords')}
          onConfirm={() => change(changing)}
        >
          {changing === 'everybody'
            ? t('Whoever had a password before has it again.')
            : t(
                'Members and curators then sign in with {name} alone. Invitations and links for a new password do not work for them. Who is signed in stays signed in, and API keys stay good. {without, plural, =0 {All of them are linked to it.} one {One of them is not linked to it, and could not sign in any more.} other {# of them are not linked to it, and could not sign in any more.}}',
                { name: oidc.name, without: oidc.people_without },
              )}
        </Confirm>
      )}
    </Section>
  );
}
