import { type Actor, byOf } from '../../access/actor.ts';
import type { Clock } from '../../clock.ts';
import {
  asItComes,
  type Branding,
  type BrandingState,
  brandingKey,
  productName,
  type ShownBranding,
  storedBranding,
} from '../../contract/branding.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../../store/store.ts';

export type BrandingPorts = { store: Store; clock: Clock };

/** What is set, with the version that a change of it must name. */
export async function readBranding({ store }: { store: Pick<Store, 'read'> }): Promise<BrandingState> {
  const { data } = storedBranding.safeParse(await store.read.setting({ key: brandingKey }));
  if (!data) return { version: null, branding: asItComes, logo: null };
  const { version, logo, ...branding } = data;
  return { version, branding, logo };
}

/** @throws AppError conflict when somebody else changed it since it was read */
export async function putBranding(
  ports: BrandingPorts,
  actor: Actor,
  change: { readVersion: string | null; branding: Branding },
): Promise<BrandingState> {
  const at = ports.clock.now();
  const outcome = await ports.store.write.putBranding({ ...change, version: newId(), at, by: byOf(actor) });
  if (outcome === 'stale') throw changedMeanwhile();
  return readBranding(ports);
}

export const changedMeanwhile = () =>
  new AppError('conflict', { detail: 'Somebody else changed this meanwhile. Look at what is set now.' });

/** Pure. */
export const shownOf = ({ branding: { name, accent }, logo }: BrandingState): ShownBranding => ({
  name: name ?? productName,
  accent,
  logo,
});
