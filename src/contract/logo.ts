import { z } from 'zod';

export const maxLogoBytes = 256 * 1024;
/** Of its width and its height, in pixels. */
export const maxLogoSide = 1024;
export const logoTypes = ['image/png', 'image/webp'] as const;
export const maxLogoAlt = 100;

const alt = z
  .string()
  .trim()
  .max(maxLogoAlt)
  .regex(
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]*$/u,
    'Use no control characters.',
  );

/** What is known of a logo without its bytes. */
export const logo = z.strictObject({
  /** In its address: another picture has another. */
  version: z.string(),
  media_type: z.enum(logoTypes),
  width: z.int().min(1).max(maxLogoSide),
  height: z.int().min(1).max(maxLogoSide),
  /** For whoever does not see it; empty where the name beside it says everything. */
  alt: z.string(),
});
export type Logo = z.infer<typeof logo>;

/** The setting that holds the bytes. */
export const logoKey = 'branding.logo';
export const storedLogoBytes = z.strictObject({
  version: z.string(),
  media_type: z.enum(logoTypes),
  base64: z.string(),
});
export type StoredLogoBytes = z.infer<typeof storedLogoBytes>;

/** Null takes it away. */
export const putLogoBody = z.strictObject({
  read_version: z.string().max(64).nullable(),
  logo: z
    .strictObject({
      alt,
      base64: z
        .base64()
        .min(1)
        .max(Math.ceil(maxLogoBytes / 3) * 4, `A logo has at most ${maxLogoBytes / 1024} KiB.`),
    })
    .nullable(),
});

export const logoAddress = ({ version }: { version: string }): string => `/api/branding/logo/${version}`;

/** Whether browsers install an app with it: they want a square, and no small one. */
export const isIcon = ({ width, height }: Pick<Logo, 'width' | 'height'>): boolean => width === height && width >= 192;
