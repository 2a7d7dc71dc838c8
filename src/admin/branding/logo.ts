import { type Actor, byOf } from '../../access/actor.ts';
import type { BrandingState } from '../../contract/branding.ts';
import { logoKey, maxLogoBytes, maxLogoSide, type StoredLogoBytes, storedLogoBytes } from '../../contract/logo.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { type BrandingPorts, changedMeanwhile, readBranding } from './branding.ts';
import { readPicture } from './read-picture.ts';

/** @throws AppError bad_request for what is no such picture; conflict when somebody else changed the branding since it was read */
export async function putLogo(
  ports: BrandingPorts,
  actor: Actor,
  change: { readVersion: string | null; logo: { alt: string; base64: string } | null },
): Promise<BrandingState> {
  const { readVersion } = change;
  const logo = change.logo && { alt: change.logo.alt, ...checked(Buffer.from(change.logo.base64, 'base64')) };
  const at = ports.clock.now();
  const outcome = await ports.store.write.putLogo({ readVersion, version: newId(), logo, at, by: byOf(actor) });
  if (outcome === 'stale') throw changedMeanwhile();
  return readBranding(ports);
}

/** The bytes behind an address of a logo.
 *  @throws AppError not_found for every address but that of the one that is set */
export async function readLogo({ store }: Pick<BrandingPorts, 'store'>, version: string): Promise<StoredLogoBytes> {
  const { data } = storedLogoBytes.safeParse(await store.read.setting({ key: logoKey }));
  if (data?.version !== version) throw new AppError('not_found');
  return data;
}

function checked(bytes: Buffer) {
  if (bytes.length > maxLogoBytes) {
    throw new AppError('bad_request', { detail: `A logo has at most ${maxLogoBytes / 1024} KiB.` });
  }
  const picture = readPicture(bytes);
  if (!picture) {
    throw new AppError('bad_request', {
      detail:
        'This is no PNG or WebP that stands still and is whole. SVG is not taken: such a file can hold programs. Save the logo as PNG or WebP.',
    });
  }
  const { width, height } = picture;
  if (Math.min(width, height) < 1 || Math.max(width, height) > maxLogoSide) {
    throw new AppError('bad_request', {
      detail: `A logo has at most ${maxLogoSide} pixels a side. This one has ${width} × ${height}.`,
    });
  }
  return { ...picture, base64: bytes.toString('base64') };
}
