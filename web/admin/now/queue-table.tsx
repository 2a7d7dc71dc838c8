import type { NowSnapshot, Queue } from '../../../src/contract/now.ts';
import { Section } from '../../ui/section.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { ageWords } from './age-words.ts';

/** What waits, and since when. */
export function QueueTable({ now, serverMs }: { now: NowSnapshot; serverMs: number }) {
  const { turns, fetch, ingest, embed } = now.queues;
  const rows: (Queue & { name: string })[] = [
    { name: 'Questions to answer', ...turns, running: now.turns_total },
    { name: 'Web pages to fetch', ...fetch },
    { name: 'Documents to read', ...ingest },
    { name: 'Embeddings to make anew', ...embed },
  ];
  return (
    <Section title="Queues">
      <TableFrame label="Queues">
        <thead className="text-start text-xs whitespace-nowrap text-muted">
          <tr className="border-b border-line *:px-3 *:py-2 *:font-medium">
            <th>What</th>
            <th className="text-end">Under way</th>
            <th className="text-end">Waiting</th>
            <th className="text-end">Oldest waits for</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, running, waiting, oldest_at: oldest }) => (
            <tr key={name} className="border-b border-line last:border-0 *:px-3 *:py-1.5">
              <td className="whitespace-nowrap">{name}</td>
              <td className="text-end tabular-nums">{running.toLocaleString()}</td>
              <td className="text-end tabular-nums">{waiting.toLocaleString()}</td>
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
