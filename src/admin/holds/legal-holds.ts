import { type Actor, byOf } from '../../access/actor.ts';
import type { Clock } from '../../clock.ts';
import { formatKeyset, parseKeyset } from '../../contract/keyset.ts';
import type { LegalHold, LegalHolds, PlaceHoldBody } from '../../contract/legal-holds.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { HoldSubject } from '../../store/commands/legal-holds.ts';
import type { HoldRecord } from '../../store/queries/legal-holds.ts';
import type { Store } from '../../store/store.ts';

export type HoldPorts = {
  store: Store;
  clock: Clock;
  /** Told when something may be erased that was held. */
  onReleased(): void;
};

const defaultLimit = 100;

/** @throws AppError bad_request */
export async function listHolds(
  { store }: Pick<HoldPorts, 'store'>,
  { limit = defaultLimit, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): Promise<LegalHolds> {
  const place = cursor === undefined ? undefined : parseKeyset(cursor);
  if (cursor !== undefined && !place) throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  const rows = await store.scan.legalHolds({
    limit: limit + 1,
    ...(place && { after: { placedAt: String(place.value), id: place.id } }),
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    holds: page.map(shown),
    next_cursor: rows.length > limit && last ? formatKeyset({ value: last.placed_at, id: last.id }) : null,
  };
}

/** From then on nothing erases it.
 *  @throws AppError not_found, held_already, being_erased */
export async function placeHold(
  { store, clock }: Pick<HoldPorts, 'store' | 'clock'>,
  actor: Actor,
  body: PlaceHoldBody,
): Promise<{ id: string }> {
  const subject = await subjectOf(store, body);
  const id = newId();
  const outcome = await store.write.placeHold({
    id,
    subject,
    reason: body.reason,
    at: clock.now(),
    by: byOf(actor),
  });
  if (outcome !== 'placed') throw new AppError(outcome);
  return { id };
}

/** @throws AppError not_found when it does not hold */
export async function releaseHold(ports: HoldPorts, actor: Actor, id: string, reason: string): Promise<void> {
  const { store, clock } = ports;
  if (!(await store.write.releaseHold({ id, reason, at: clock.now(), by: byOf(actor) }))) {
    throw new AppError('not_found');
  }
  ports.onReleased();
}

async function subjectOf(store: Store, body: PlaceHoldBody): Promise<HoldSubject> {
  switch (body.kind) {
    case 'user':
      return { kind: 'user', id: await idOf(store, body.username) };
    case 'user_id':
      return { kind: 'user', id: body.user_id };
    case 'session':
      return { kind: 'session', id: body.session_id };
  }
}

async function idOf(store: Store, username: string): Promise<string> {
  const user = await store.read.userByName({ username });
  if (!user) throw new AppError('not_found', { detail: 'Nobody has this username.' });
  return user.id;
}

function shown(record: HoldRecord): LegalHold {
  const isUser = record.subject_kind === 'user';
  const title = record.session_title === '' ? 'A session without a title' : record.session_title;
  return {
    id: record.id,
    kind: isUser ? 'user' : 'session',
    subject_id: record.subject_id,
    subject_name: isUser
      ? (record.person_name ?? record.subject_id)
      : [title ?? record.subject_id, record.owner_name].filter(Boolean).join(', of '),
    reason: record.reason,
    placed_at: record.placed_at,
    placed_by: record.placed_by_name ?? 'the server',
    released_at: record.released_at,
    released_by: record.released_by_name,
    release_reason: record.release_reason,
  };
}
