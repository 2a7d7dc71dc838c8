import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../src/contract/auth.ts';
import { signIn } from '../api/auth.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import { fetchSignInMethods, oidcStart } from '../api/oidc.ts';
import { enterCode } from '../api/second-factor.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { useTitle } from '../ui/use-title.ts';
import { CodeStep } from './code-step.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { meKey } from './me-key.ts';
import { oidcWords } from './oidc-words.ts';
import { signInMethodsKey } from './query-keys.ts';
import { wordsForRefusal } from './words-for-refusal.ts';

export function SignInPage() {
  useTitle(t('Sign in'));
  const { next, problem, erased } = useSearch({ from: '/sign-in' });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  /** Once the password was right and a code is asked for. */
  const [challenge, setChallenge] = useState<string>();

  const methods = useQuery({ queryKey: signInMethodsKey, queryFn: ({ signal }) => fetchSignInMethods(signal) });
  const oidc = methods.data?.oidc;
  const refusal = error ? wordsForRefusal(error) : oidcWords(problem);

  const enter = async (me: Me) => {
    queryClient.clear();
    queryClient.setQueryData(meKey, me);
    if (next) router.history.replace(next);
    else await navigate({ to: '/', replace: true });
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      await enter(await signIn(formText(data, 'username'), formText(data, 'password')));
    } catch (thrown) {
      const refused = asApiError(thrown);
      if (refused.challenge === undefined) setError(refused);
      else setChallenge(refused.challenge);
      setBusy(false);
    }
  };

  const submitCode = async (code: string) => {
    try {
      await enter(await enterCode(challenge ?? '', code));
    } catch (thrown) {
      const refused = asApiError(thrown);
      if (refused.code !== 'challenge_over') throw refused;
      setChallenge(undefined);
      setError(refused);
    }
  };

  if (challenge !== undefined) {
    return (
      <EntryFrame title={t('Sign in')} lead={t('Your password is right. One more step.')}>
        <CodeStep onCode={submitCode} onBack={() => setChallenge(undefined)} />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title={t('Sign in')} lead={t('Ask your team’s documents, and see where each answer comes from.')}>
      {erased && (
        <p role="status" className="mb-4 rounded-xl bg-accent-soft p-4 text-sm">
          {t('Your account is gone. What you wrote is being erased; it takes a few minutes.')}
        </p>
      )}
      {methods.data?.passwords_for === 'administrators' && oidc && (
        <p className="mt-6 text-sm text-muted">
          {t('Sign in with {provider}, below. A password is for administrators alone.', { provider: oidc.name })}
        </p>
      )}
      <form onSubmit={(event) => void submit(event)} className="mt-6 space-y-4">
        <Field label={t('Username')}>
          {(id) => (
            <TextInput id={id} name="username" autoComplete="username" autoCapitalize="none" required autoFocus />
          )}
        </Field>
        <Field label={t('Password')}>
          {(id) => <TextInput id={id} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        {refusal !== undefined && (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            {refusal}
          </p>
        )}
        <Button type="submit" look="primary" busy={busy} className="w-full">
          {busy ? t('Signing in…') : t('Sign in')}
        </Button>
      </form>
      {oidc && (
        <a
          href={oidcStart(next)}
          className="mt-3 flex min-h-9 items-center justify-center rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-center text-sm font-medium hover:bg-hover"
        >
          {t('Sign in with {provider}', { provider: oidc.name })}
        </a>
      )}
      {methods.data?.mails_new_password && (
        <p className="mt-6 text-sm">
          <Link to="/forgot-password" className="link">
            {t('Forgot your password?')}
          </Link>
        </p>
      )}
      <p className="mt-6 text-xs text-muted">{t('No account? An administrator of your team can make one.')}</p>
    </EntryFrame>
  );
}
