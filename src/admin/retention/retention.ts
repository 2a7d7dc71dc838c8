import { type Actor, byOf } from '../../access/actor.ts';
import type { Retention } from '../../access/retention-rules.ts';
import type { Clock } from '../../clock.ts';
import {
  daysAfter,
  isAllowed,
  type KeptFor,
  type PutRetentionBody,
  type RetentionKind,
  type RetentionPreview,
  type RetentionState,
  retentionBounds,
  retentionKey,
  retentionKind,
  retentionRun,
  retentionRunKey,
  rulesOf,
} from '../../contract/retention.ts';
import { AppError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';

export type RetentionPorts = {
  store: Store;
  clock: Clock;
  retention: Pick<Retention, 'rules'>;
  /** Told when something may be over that was not before. */
  onChanged(): void;
};

/** The rules as they are set, and when they were last carried out. */
export async function readRetention({ store }: Pick<RetentionPorts, 'store'>): Promise<RetentionState> {
  const [rules, run] = [
    rulesOf(await store.read.setting({ key: retentionKey })),
    retentionRun.safeParse(await store.read.setting({ key: retentionRunKey })).data,
  ];
  return {
    rules: retentionKind.options.map((kind) => {
      const { standard, least, most, mayBeForEver } = retentionBounds[kind];
      return {
        kind,
        keep_days: rules[kind],
        standard_days: standard,
        least_days: least,
        most_days: most,
        may_be_for_ever: mayBeForEver,
      };
    }),
    last_run: run ?? null,
  };
}

/** What everybody is told. */
export async function keptForEverybody({ retention }: Pick<RetentionPorts, 'retention'>): Promise<KeptFor> {
  const { sessions, imported, temporary, session_bin, document_bin } = await retention.rules();
  return { sessions, imported, temporary: temporary ?? 1, session_bin, document_bin };
}

/** What would go at once under a rule.
 *  @throws AppError bad_request */
export async function previewRetention(
  { store, clock }: Pick<RetentionPorts, 'store' | 'clock'>,
  kind: RetentionKind,
  keepDays: number | null,
): Promise<RetentionPreview> {
  if (!isAllowed(kind, keepDays)) throw outOfBounds(kind);
  if (keepDays === null) return { kind, keep_days: null, would_go: 0, oldest: null, people: [] };
  const { count, oldest, people } = await store.scan.wouldGo({ kind, before: daysAfter(clock.now(), -keepDays) });
  return { kind, keep_days: keepDays, would_go: count, oldest, people };
}

/** Sets a rule, once who sets it has seen what goes at once, and said that it may.
 *  @throws AppError bad_request, preview_outdated */
export async function putRetention(
  ports: RetentionPorts,
  actor: Actor,
  kind: RetentionKind,
  body: PutRetentionBody,
): Promise<RetentionState> {
  const { store, clock } = ports;
  const preview = await previewRetention(ports, kind, body.keep_days);
  if (preview.would_go > body.would_go) throw new AppError('preview_outdated');
  if (body.would_go > 0 && !body.confirmed) {
    throw new AppError('bad_request', { detail: 'Something would go. Confirm that it may.' });
  }
  await store.write.putRetentionRule({
    kind,
    keepDays: body.keep_days,
    wouldGo: preview.would_go,
    at: clock.now(),
    by: byOf(actor),
  });
  ports.onChanged();
  return readRetention(ports);
}

function outOfBounds(kind: RetentionKind): AppError {
  const { least, most, mayBeForEver } = retentionBounds[kind];
  const detail = mayBeForEver
    ? `This is kept from ${least} to ${most} days, or for ever.`
    : `This is kept from ${least} to ${most} days.`;
  return new AppError('bad_request', { detail });
}
