import type { Clock } from '../clock.ts';
import { type GrantKind, type GrantLevel, type GrantMatrix, grantable } from '../contract/access.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { type Actor, byOf } from './actor.ts';

type Ports = { store: Store; clock: Clock };
type GrantPlace = { groupId: string; kind: GrantKind; objectId: string };

/** Grants a group an object, or changes the level of what it is granted. It holds from the next call of every member on.
 *  @throws AppError bad_request for a level that the kind does not have; not_found for a group or an object that is not there */
export async function putGrant(
  { store, clock }: Ports,
  actor: Actor,
  { groupId, kind, objectId }: GrantPlace,
  level: GrantLevel,
): Promise<void> {
  const wanted = grantable.safeParse({ kind, level });
  if (!wanted.success) {
    const detail =
      kind === 'agent'
        ? 'Body: level: an agent is granted at use.'
        : 'Body: level: a corpus is granted at read or at curate.';
    throw new AppError('bad_request', { detail });
  }
  const change = { at: clock.now(), by: byOf(actor) };
  const outcome = await store.write.putGrant({ ...wanted.data, groupId, objectId, ...change });
  if (outcome !== 'granted') throw new AppError(outcome);
}

/** What is not granted stays so.
 *  @throws AppError not_found for a group or an object that is not there */
export async function removeGrant({ store, clock }: Ports, actor: Actor, place: GrantPlace): Promise<void> {
  const outcome = await store.write.removeGrant({ ...place, at: clock.now(), by: byOf(actor) });
  if (outcome !== 'removed') throw new AppError(outcome);
}

/** Everything that can be granted, with the groups it is granted to. */
export async function listGrants({ store }: Pick<Ports, 'store'>): Promise<GrantMatrix> {
  const objects = await store.scan.grantMatrix({});
  return {
    objects: objects.map(({ id, is_active, ...object }) => ({ ...object, object_id: id, is_active: is_active === 1 })),
  };
}
