import type { InstanceReport, NowSnapshot } from '../../../src/contract/now.ts';
import { t } from '../../i18n/translate.ts';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/section.tsx';
import {
  backupHealth,
  diskHealth,
  embedderHealth,
  type Health,
  modelHealth,
  otherModels,
  storeHealth,
  worstOf,
} from './health-of.ts';
import { HealthSign } from './health-sign.tsx';

/** What everything stands on; of several servers the worst is shown, and each has its line below. */
export function HealthSection({ now, serverMs }: { now: NowSnapshot; serverMs: number }) {
  const reports = now.instances.flatMap(({ report }) => (report ? [report] : []));
  const others = otherModels(reports, serverMs);
  const worst = (of: (report: InstanceReport) => Health) => <HealthSign health={worstOf(reports.map(of))} />;
  return (
    <Section title={t('Health')}>
      <Facts
        of={{
          [t('Store')]: <HealthSign health={storeHealth(now.store)} />,
          [t('Model')]: worst(({ model }) => modelHealth(model, serverMs)),
          ...(others.length > 0 && {
            [t('Further models')]: others.map((health) => <HealthSign key={health.words} health={health} />),
          }),
          [t('Embedder')]: worst(({ embedder }) => embedderHealth(embedder)),
          [t('Disk')]: worst(({ disk }) => diskHealth(disk)),
          [t('Verified backup')]: <HealthSign health={backupHealth(now.backups, serverMs)} />,
        }}
      />
    </Section>
  );
}
