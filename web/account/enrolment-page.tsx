import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { signOut } from '../api/auth.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { EntryFrame } from './entry-frame.tsx';
import { TurnOnSecondFactor } from './turn-on-second-factor.tsx';
import { useEntry } from './use-entry.ts';

/** Turning on an authenticator app: by choice, or because a sign-in goes no further without. It is a page of its own, without the
 *  streams of the others: the login they were opened with ends here, and the recovery codes must stay in view. */
export function EnrolmentPage() {
  useTitle(t('Authenticator app'));
  const { me } = useRouteContext({ from: '/second-factor' });
  const must = me.must_turn_on_second_factor === true;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leaving = useEntry(async () => {
    await signOut();
    queryClient.clear();
    await navigate({ to: '/sign-in', search: {}, replace: true });
  });
  const toAccount = () => void navigate({ to: '/account', replace: true });
  if (!must) {
    return (
      <EntryFrame title={t('Authenticator app')} lead={t('You are then signed out everywhere but here.')}>
        <div className="mt-6">
          <TurnOnSecondFactor onDone={toAccount} onCancel={toAccount} />
        </div>
      </EntryFrame>
    );
  }
  return (
    <EntryFrame
      title={t('One more step')}
      lead={t('Your administrator asks for an authenticator app beside your password.')}
    >
      <div className="mt-6">
        <TurnOnSecondFactor onDone={() => void navigate({ to: '/', replace: true })} />
      </div>
      <form onSubmit={leaving.submit} className="mt-8">
        {leaving.error !== undefined && <Failure error={leaving.error} className="mb-3" />}
        <Button type="submit" look="quiet" busy={leaving.busy} className="-ms-3">
          {t('Sign out')}
        </Button>
      </form>
    </EntryFrame>
  );
}
