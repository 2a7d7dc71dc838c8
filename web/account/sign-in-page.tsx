import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { signIn } from '../api/auth.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import { Brand } from '../ui/brand.tsx';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { useTitle } from '../ui/use-title.ts';
import { meKey } from './me-key.ts';

export function SignInPage() {
  useTitle('Sign in');
  const { next } = useSearch({ from: '/sign-in' });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      const me = await signIn(formText(data, 'username'), formText(data, 'password'));
      queryClient.clear();
      queryClient.setQueryData(meKey, me);
      if (next) router.history.replace(next);
      else await navigate({ to: '/', replace: true });
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };

  return (
    <main className="grid min-h-full place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <Brand className="mb-8 text-xl" />
        <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
        <p className="mt-1 text-sm text-muted">Ask your team’s documents, and see where each answer comes from.</p>
        <form onSubmit={(event) => void submit(event)} className="mt-6 space-y-4">
          <Field label="Username">
            {(id) => (
              <TextInput id={id} name="username" autoComplete="username" autoCapitalize="none" required autoFocus />
            )}
          </Field>
          <Field label="Password">
            {(id) => <TextInput id={id} name="password" type="password" autoComplete="current-password" required />}
          </Field>
          {error && (
            <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
              {wordsFor(error)}
            </p>
          )}
          <Button type="submit" look="primary" busy={busy} className="w-full">
            {busy ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <p className="mt-6 text-xs text-muted">No account? An administrator of your team can make one.</p>
      </div>
    </main>
  );
}

function wordsFor(error: ApiError): string {
  if (error.status === 429 && error.retryAfterMs !== undefined) {
    const seconds = Math.ceil(error.retryAfterMs / 1000);
    return `Too many tries. Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and try again.`;
  }
  return error.message;
}
