import { clsx } from 'clsx';
import type { NowSnapshot } from '../../../src/contract/now.ts';
import { number } from '../../i18n/numbers.ts';
import { t } from '../../i18n/translate.ts';

/** The four numbers that somebody looks for first. */
export function NowFigures({ now }: { now: NowSnapshot }) {
  const { turns, documents, mails } = now.failures;
  const failed = turns.total + documents.total + mails.total;
  const reports = now.instances.flatMap(({ report }) => (report ? [report.streams] : []));
  const streams = reports.reduce((sum, each) => sum + each, 0);
  return (
    <dl className="mb-8 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure name={t('Answers under way')} count={now.turns_total} />
      <Figure name={t('Questions waiting')} count={now.queues.turns.waiting} />
      <Figure name={t('Open streams')} count={streams} />
      <Figure name={t('Errors in the last hour')} count={failed} isBad={failed > 0} />
    </dl>
  );
}

function Figure({ name, count, isBad = false }: { name: string; count: number; isBad?: boolean }) {
  return (
    <div className="flex flex-col-reverse justify-end rounded-xl border border-line bg-surface px-4 py-3">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className={clsx('text-2xl font-semibold tabular-nums', isBad && 'text-danger')}>{number(count)}</dd>
    </div>
  );
}
