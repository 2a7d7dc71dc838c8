import type { NowSnapshot, Queue } from '../../../src/contract/now.ts';
import { number } from '../../i18n/numbers.ts';
import { t } from '../../i18n/translate.ts';
import { Section } from '../../ui/section.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { ageWords } from './age-words.ts';

/** What waits, and since when. */
export function QueueTable({ now, serverMs }: { now: NowSnapshot; serverMs: number }) {
  const { turns, fetch, ingest, embed } = now.queues;
  const rows: (Queue & { name: string })[] = [
    { name: t('Questions to answer'), ...turns, running: now.turns_total },
    { name: t('Web pages to fetch'), ...fetch },
    { name: t('Documents to read'), ...ingest },
    { name: t('Embeddings to make anew'), ...embed },
  ];
  return (
    <Section title={t('Queues')}>
      <TableFrame label={t('Queues')}>
        <thead className="text-start text-xs whitespace-nowrap text-muted">
          <tr className="border-b border-line *:px-3 *:py-2 *:font-medium">
            <th>{t('Queue')}</th>
            <th className="text-end">{t('Under way')}</th>
            <th className="text-end">{t('Waiting')}</th>
            <th className="text-end">{t('Oldest waits for')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, running, waiting, oldest_at: oldest }) => (
            <tr key={name} className="border-b border-line last:border-0 *:px-3 *:py-1.5">
              <td className="whitespace-nowrap">{name}</td>
              <td className="text-end tabular-nums">{number(running)}</td>
              <td className="text-end tabular-nums">{number(waiting)}</td>
              <td className="text-end whitespace-nowrap tabular-nums">
                {oldest === null ? <span className="text-muted">–</span> : ageWords(serverMs - Date.parse(oldest))}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Section>
  );
}
