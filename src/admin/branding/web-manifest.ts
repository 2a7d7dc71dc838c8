import { accentOf } from '../../contract/accent.ts';
import type { ShownBranding } from '../../contract/branding.ts';
import { isIcon, type Logo, logoAddress } from '../../contract/logo.ts';

const ownColour = '#0f6b5e';

/** What a browser installs the app as. Its `id` stays, so that a new name is no new app. Pure.
 *  @see https://www.w3.org/TR/appmanifest/ */
export const webManifest = ({ name, accent, logo }: ShownBranding) => ({
  id: '/',
  name,
  short_name: name,
  description: "Answers from your team's own documents, with citations that open the passage.",
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: '#fbfbf9',
  theme_color: accent === null ? ownColour : accentOf(accent, 'light').accent,
  icons: logo && isIcon(logo) ? [iconOf(logo)] : ownIcons,
});

const ownIcons = [
  { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
  { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
  { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
  { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
];

const iconOf = (logo: Logo) => ({
  src: logoAddress(logo),
  sizes: `${logo.width}x${logo.height}`,
  type: logo.media_type,
});
