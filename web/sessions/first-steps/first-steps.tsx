import { Link } from '@tanstack/react-router';
import { Circle, CircleCheck, X } from 'lucide-react';
import type { SessionRow } from '../../../src/contract/sessions.ts';
import { t } from '../../i18n/translate.ts';
import { IconButton } from '../../ui/button.tsx';
import type { StepId } from './steps.ts';
import { useFirstSteps } from './use-first-steps.ts';

/** What somebody new does first, with what of it is done. */
export function FirstSteps({ sessions }: { sessions: readonly SessionRow[] | undefined }) {
  const { steps, hide } = useFirstSteps(sessions);
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby="first-steps" className="mt-10 rounded-xl border border-line bg-surface p-4">
      <div className="flex items-start justify-between gap-3">
        <h3 id="first-steps" className="text-sm font-semibold">
          {t('First steps')}
        </h3>
        <IconButton label={t('Put the first steps away')} className="-mt-2 -me-2" onClick={hide}>
          <X aria-hidden />
        </IconButton>
      </div>
      <ol className="mt-1 space-y-3">
        {steps.map(({ id, isDone, title, words }) => (
          <li key={id} className="flex gap-2.5">
            {isDone ? (
              <CircleCheck aria-label={t('Done:')} className="mt-0.5 size-4 shrink-0 text-accent" />
            ) : (
              <Circle aria-hidden className="mt-0.5 size-4 shrink-0 text-faint" />
            )}
            <div className="min-w-0 text-sm">
              <p className="font-medium">
                {places[id] ? (
                  <Link {...places[id]} className="link">
                    {title}
                  </Link>
                ) : (
                  title
                )}
              </p>
              <p className="mt-0.5 text-muted wrap-anywhere">{words}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Where a step is done; asking begins with the button above. The settings begin with the models. */
const places: Partial<Record<StepId, { to: '/knowledge' | '/admin/settings' | '/admin/users' }>> = {
  read: { to: '/knowledge' },
  model: { to: '/admin/settings' },
  add: { to: '/knowledge' },
  invite: { to: '/admin/users' },
};
