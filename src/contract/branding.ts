import { z } from 'zod';
import { logo } from './logo.ts';

/** What an installation is called that nobody named. */
export const productName = 'Perdure';
export const maxBrandName = 40;

/** Plain text with something to see in it, on one line, that turns no direction. */
export const brandName = z
  .string()
  .trim()
  .min(1)
  .max(maxBrandName)
  .regex(
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]*$/u,
    'Use no control characters.',
  )
  .regex(/[\p{L}\p{N}\p{P}\p{S}]/u, 'Use at least one letter, digit or sign.');

/** A colour; kept in small letters. */
export const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'Write the colour as # and six hexadecimal digits.')
  .toLowerCase();

/** What administrators choose. Null is as the product comes. */
export const branding = z.strictObject({
  name: brandName.nullable(),
  /** The colour that the accents of both themes are made from. */
  accent: colour.nullable(),
});
export type Branding = z.infer<typeof branding>;
export const asItComes: Branding = { name: null, accent: null };

const set = { name: z.string().nullable(), accent: z.string().nullable() };
/** As it is stored; the version is another one after each change. */
export const storedBranding = z.strictObject({
  version: z.string(),
  ...set,
  logo: logo.nullable().default(null),
});
export type StoredBranding = z.infer<typeof storedBranding>;
/** The setting that holds it. */
export const brandingKey = 'branding';

/** What was set; null for the version of what was never changed. */
export const brandingState = z.strictObject({
  version: z.string().nullable(),
  branding: z.strictObject(set),
  logo: logo.nullable(),
});
export type BrandingState = z.infer<typeof brandingState>;
/** What is set is changed only where it is what whoever changes it has read. */
export const putBrandingBody = z.strictObject({ read_version: z.string().max(64).nullable(), branding });

/** What anybody is told, before signing in too. */
export const shownBranding = z.strictObject({
  name: z.string(),
  accent: z.string().nullable(),
  logo: logo.nullable(),
});
export type ShownBranding = z.infer<typeof shownBranding>;
export const shownAsItComes: ShownBranding = { name: productName, accent: null, logo: null };

/** The style sheet of an accent: the address says all that is in it. */
export const accentAddress = (accent: string): string => `/api/branding/colours/${accent.slice(1)}`;
/** The element of the page that tells its script what it looks like. */
export const brandingMeta = 'perdure-branding';
