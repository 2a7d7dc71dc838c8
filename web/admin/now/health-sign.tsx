import { clsx } from 'clsx';
import { CircleAlert, CircleCheck, CircleHelp, TriangleAlert } from 'lucide-react';
import { t } from '../../i18n/translate.ts';
import type { Health } from './health-of.ts';

const signs = {
  good: { Icon: CircleCheck, look: 'text-accent', name: t('Good', {}, 'health') },
  warn: { Icon: TriangleAlert, look: 'text-warn', name: t('Warning') },
  bad: { Icon: CircleAlert, look: 'text-danger', name: t('Bad', {}, 'health') },
  unknown: { Icon: CircleHelp, look: 'text-muted', name: t('Not known') },
} as const;

/** How something is, by a sign and in words: the colour says nothing that they do not. */
export function HealthSign({ health }: { health: Health }) {
  const { Icon, look, name } = signs[health.state];
  return (
    <span className="flex items-start gap-1.5">
      <Icon aria-label={name} className={clsx('mt-0.5 size-4 shrink-0', look)} />
      <span className={clsx('min-w-0 wrap-anywhere', health.state === 'bad' && 'text-danger')}>{health.words}</span>
    </span>
  );
}
