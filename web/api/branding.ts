import { type Branding, brandingState, shownBranding } from '../../src/contract/branding.ts';
import { call } from './client.ts';

const path = '/api/admin/branding';

export const fetchShownBranding = (signal: AbortSignal) => call(shownBranding, 'GET', '/api/branding', { signal });
export const fetchBranding = (signal: AbortSignal) => call(brandingState, 'GET', path, { signal });
export const putLogo = (readVersion: string | null, logo: { alt: string; base64: string } | null) =>
  call(brandingState, 'PUT', `${path}/logo`, { body: { read_version: readVersion, logo } });
export const putBranding = (readVersion: string | null, branding: Branding) =>
  call(brandingState, 'PUT', path, { body: { read_version: readVersion, branding } });
