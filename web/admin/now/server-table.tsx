import type { InstanceNow } from '../../../src/contract/now.ts';
import { t } from '../../i18n/translate.ts';
import { Section } from '../../ui/section.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { ageWords } from './age-words.ts';
import { diskHealth, embedderHealth, modelsOf, serverHealth } from './health-of.ts';
import { HealthSign } from './health-sign.tsx';
import { shortId } from './now-search.ts';

/** Every server process on this store, and what it says of itself. */
export function ServerTable({ instances, serverMs }: { instances: readonly InstanceNow[]; serverMs: number }) {
  return (
    <Section title={t('Servers')}>
      {instances.length === 0 ? (
        <p className="text-sm text-muted">{t('A server says how it is two seconds after its start.')}</p>
      ) : (
        <TableFrame label={t('Servers')}>
          <thead className="text-start text-xs whitespace-nowrap text-muted">
            <tr className="border-b border-line *:px-3 *:py-2 *:font-medium">
              <th>{t('Server')}</th>
              <th>{t('State')}</th>
              <th className="text-end">{t('Running for')}</th>
              <th className="text-end">{t('Answers')}</th>
              <th className="text-end">{t('Streams')}</th>
              <th>{t('Model')}</th>
              <th>{t('Embedder')}</th>
              <th>{t('Disk')}</th>
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <tr
                key={instance.instance_id}
                data-instance={instance.instance_id}
                className="border-b border-line align-top last:border-0 *:px-3 *:py-1.5"
              >
                <td className="font-mono text-xs leading-5" title={instance.instance_id}>
                  {shortId(instance.instance_id)}
                </td>
                <td className="min-w-28">
                  <HealthSign health={serverHealth(instance, serverMs)} />
                </td>
                <td
                  className="text-end whitespace-nowrap tabular-nums"
                  title={t('since {time}', { time: exactTime(Date.parse(instance.started_at)) })}
                >
                  {ageWords(serverMs - Date.parse(instance.started_at))}
                </td>
                <td className="text-end tabular-nums">{instance.running}</td>
                <Reported instance={instance} serverMs={serverMs} />
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </Section>
  );
}

/** What it is called, and why it cannot run, stands under Health. */
const embedderWords = { ready: t('Ready'), loading: t('Loading'), unavailable: t('Cannot run') };

function Reported({ instance: { report }, serverMs }: { instance: InstanceNow; serverMs: number }) {
  if (!report) {
    return (
      <td colSpan={4} className="text-muted">
        –
      </td>
    );
  }
  return (
    <>
      <td className="text-end tabular-nums">{report.streams}</td>
      <td className="min-w-44">
        <HealthSign health={modelsOf(report, serverMs)} />
      </td>
      <td className="min-w-28">
        <HealthSign health={{ ...embedderHealth(report.embedder), words: embedderWords[report.embedder.state] }} />
      </td>
      <td className="min-w-40">
        <HealthSign health={diskHealth(report.disk)} />
      </td>
    </>
  );
}
