import { z } from 'zod';
import { delay } from '../clock.ts';
import { type ServerStatus, serverStatus } from '../contract/feed.ts';
import type { Metrics } from '../http/metrics.ts';
import { publicRoute } from '../http/route.ts';
import { shareResult } from '../share-result.ts';
import { type FitnessPorts, whyUnfit } from './fitness.ts';

export type HealthPorts = FitnessPorts & {
  metrics: Metrics;
  /** Whether the database itself keeps people's rows apart; `weak` where its login is above that. */
  rowSecurity?: 'on' | 'weak' | 'off';
  /** Whether the service that the originals are in answers; undefined where they are in no service of their own. */
  filesReachable?: () => Promise<boolean>;
  /** False once the server drains. */
  isAccepting(): boolean;
  /** How the models do that are in use here, the default first. */
  models(): { label: string; state: 'unasked' | 'answering' | 'failing' }[];
  /** What searches and answers. Rejects when the store cannot be read. */
  describe(): Promise<ServerStatus>;
};

const alive = z.strictObject({ status: z.literal('ok') });
const ready = z.strictObject({
  status: z.enum(['ready', 'not_ready']),
  reason: z.string().optional(),
  /** Of a store in PostgreSQL: whether the database itself keeps people's rows apart; `weak` where its login is above that. */
  row_security: z.enum(['on', 'weak', 'off']).optional(),
  /** Of originals in an S3-compatible store. While it is unreachable, what needs them is answered with 503, and everything else goes on. */
  files: z.enum(['reachable', 'unreachable']).optional(),
  /** How the models do that this instance asked, the default first. One that fails does not make it unready: the next one would fail as well. */
  models: z.array(z.strictObject({ label: z.string(), state: z.enum(['unasked', 'answering', 'failing']) })),
  /** As in `/api/status`, as far as the store could be read. */
  ...serverStatus.partial().shape,
});

/** Whoever asks whether this process is fit does not wait for what only tells how it searches. */
const describeMs = 500;

/** How old a look at the store and its disks may be. */
const lookAgainMs = 1_000;
/** The same for a service that takes money for each question. */
const lookAtFilesAgainMs = 5_000;

export function healthRoutes(ports: HealthPorts) {
  const look = shareResult(lookAgainMs, () => whyUnfit(ports));
  const lookAtFiles = shareResult(lookAtFilesAgainMs, async () => {
    const reachable = await ports.filesReachable?.();
    return reachable === undefined ? {} : { files: reachable ? ('reachable' as const) : ('unreachable' as const) };
  });
  const describe = shareResult(lookAgainMs, () =>
    Promise.race([ports.describe().catch(() => ({})), delay(describeMs).then(() => ({}))]),
  );
  return [
    publicRoute({
      method: 'get',
      path: '/healthz',
      tag: 'Health',
      summary: 'The process is alive.',
      access: 'public',
      answers: { 200: { description: 'Alive', schema: alive } },
      handler: () => Promise.resolve({ status: 200, json: { status: 'ok' } }),
    }),
    publicRoute({
      method: 'get',
      path: '/readyz',
      tag: 'Health',
      summary: 'Store, migrations and disk are fit for work.',
      access: 'public',
      answers: {
        200: { description: 'Ready', schema: ready },
        503: { description: 'Not ready, and why', schema: ready },
      },
      async handler() {
        const reason = ports.isAccepting() ? await look() : 'draining';
        const { rowSecurity } = ports;
        const [described, files] = await Promise.all([
          describe(),
          Promise.race([lookAtFiles(), delay(describeMs).then(() => ({}))]),
        ]);
        const models = ports.models().map(({ label, state }) => ({ label, state }));
        const facts = { models, ...described, ...files, ...(rowSecurity && { row_security: rowSecurity }) };
        return reason === undefined
          ? { status: 200, json: { status: 'ready', ...facts } }
          : { status: 503, json: { status: 'not_ready', reason, ...facts }, headers: { 'retry-after': '2' } };
      },
    }),
    publicRoute({
      method: 'get',
      path: '/metrics',
      tag: 'Health',
      summary: 'Counters for Prometheus.',
      access: 'public',
      answers: { 200: { description: 'Prometheus text', mediaType: 'text/plain' } },
      async handler() {
        const { text, contentType } = await ports.metrics.render();
        return { status: 200, body: text, headers: { 'content-type': contentType } };
      },
    }),
  ];
}
