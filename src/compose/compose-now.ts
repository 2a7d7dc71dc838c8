import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { type FitnessPorts, leastRoom, whyUnfit } from '../admin/fitness.ts';
import { createNowFeed } from '../admin/now/now-feed.ts';
import { nowRoutes } from '../admin/now/now-routes.ts';
import { readNow } from '../admin/now/read-now.ts';
import { createInstanceReporter } from '../admin/now/report-instance.ts';
import type { Clock } from '../clock.ts';
import type { InstanceReport, ModelReport, NowSnapshot } from '../contract/now.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { Log } from '../log.ts';
import type { NamedHealth, WatchedModels } from '../models/serving-models.ts';
import { shareResult } from '../share-result.ts';
import type { Presence } from '../store/presence.ts';

type Ports = FitnessPorts & {
  clock: Clock;
  log: Log;
  presence: Presence;
  storeKind: NowSnapshot['store']['kind'];
  models: Pick<WatchedModels, 'health'>;
  knowledge: Pick<Knowledge, 'embedder'>;
  embedderName: string;
  openStreams(): number;
  isAccepting(): boolean;
  isLive(actor: Actor): Promise<boolean>;
};

/** How old the probe of the store may be that the page shows: it is a write, which other instances hear of. */
const probeAgainMs = 10_000;
/** What is told of the room on a disk is rounded to this: every file written would be a change to tell of. */
const roomStep = 64 * 1024 * 1024;

/** What an administrator sees of this moment, and what this instance says of itself for that. */
export function composeNow(ports: Ports) {
  const now = { ...ports, whyUnfit: shareResult(probeAgainMs, () => whyUnfit(ports)) };
  const feed = createNowFeed({ ...ports, read: () => readNow(now) });
  const reporter = createInstanceReporter({ ...ports, describe: () => describe(ports) });
  return {
    routes: nowRoutes({
      ...now,
      feed,
      mayRead: async (actor) => authorize(actor, 'admin.now.read') && (await ports.isLive(actor)),
    }),
    start: reporter.start,
    async close() {
      feed.close();
      await reporter.close();
    },
  };
}

async function describe(ports: Ports): Promise<InstanceReport> {
  const [model, ...others] = ports.models.health();
  const embedder = ports.knowledge.embedder.state();
  const room = await leastRoom(ports.onDisk);
  return {
    streams: ports.openStreams(),
    accepting: ports.isAccepting(),
    model: reportOf(model),
    other_models: others.map(reportOf),
    embedder: {
      name: ports.embedderName,
      state: embedder.state,
      detail: embedder.state === 'unavailable' ? embedder.reason : '',
    },
    disk: room ? { free_bytes: Math.floor(room.freeBytes / roomStep) * roomStep, total_bytes: room.totalBytes } : null,
  };
}

function reportOf({ label, endpoint, state, at, failingSince, code }: NamedHealth): ModelReport {
  return { label, endpoint, state, at, failing_since: failingSince, code };
}
