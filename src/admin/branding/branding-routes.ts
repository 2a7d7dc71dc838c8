import { z } from 'zod';
import { route } from '../../access/route.ts';
import { accentSheet } from '../../contract/accent.ts';
import { brandingState, putBrandingBody, shownBranding } from '../../contract/branding.ts';
import { putLogoBody } from '../../contract/logo.ts';
import { publicRoute } from '../../http/route.ts';
import { type BrandingPorts, putBranding, readBranding, shownOf } from './branding.ts';
import { putLogo, readLogo } from './logo.ts';
import type { BrandingLook } from './shown-branding.ts';
import { webManifest } from './web-manifest.ts';

const tag = 'Administration';
const path = '/api/admin/branding';

/** Six hexadecimal digits, as addresses made here have them. */
const colourParams = z.strictObject({ colour: z.string().regex(/^[0-9a-f]{6}$/) });

const logoParams = z.strictObject({ version: z.uuid() });

/** What the installation is called and looks like. */
export function brandingRoutes(ports: BrandingPorts & { look: BrandingLook }) {
  return [
    publicRoute({
      method: 'get',
      path: '/api/branding',
      tag: 'Signing in',
      summary: 'What this installation is called and looks like',
      access: 'public',
      answers: { 200: { description: 'Its name and colour', schema: shownBranding } },
      handler: async () => ({ status: 200, json: shownOf(await readBranding(ports)) }),
    }),
    publicRoute({
      method: 'get',
      path: '/api/branding/colours/:colour',
      tag: 'Signing in',
      summary: 'The style sheet of an accent: its shades that can be read in both themes',
      access: 'public',
      params: colourParams,
      answers: { 200: { description: 'The style sheet', mediaType: 'text/css' } },
      handler: async ({ params: { colour } }) => ({
        status: 200,
        body: accentSheet(`#${colour}`),
        headers: {
          'content-type': 'text/css; charset=utf-8',
          'cache-control': 'public, max-age=31536000, immutable',
        },
      }),
    }),
    publicRoute({
      method: 'get',
      path: '/api/branding/logo/:version',
      tag: 'Signing in',
      summary: 'The logo; another one has another address',
      access: 'public',
      params: logoParams,
      answers: {
        200: { description: 'The picture', mediaType: 'image/*' },
        404: { description: 'It is not this one' },
      },
      async handler({ params: { version } }) {
        const { media_type, base64 } = await readLogo(ports, version);
        return {
          status: 200,
          body: Buffer.from(base64, 'base64'),
          headers: {
            'content-type': media_type,
            'cache-control': 'public, max-age=31536000, immutable',
            'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
          },
        };
      },
    }),
    publicRoute({
      method: 'get',
      path: '/manifest.webmanifest',
      tag: 'Signing in',
      summary: 'What a browser installs the app as',
      access: 'public',
      answers: { 200: { description: 'The manifest', mediaType: 'application/manifest+json' } },
      handler: async () => ({
        status: 200,
        body: JSON.stringify(webManifest(await ports.look.now())),
        headers: { 'content-type': 'application/manifest+json', 'cache-control': 'no-cache' },
      }),
    }),
    route({
      method: 'get',
      path,
      tag,
      summary: 'The name and the colour as they are set',
      access: { action: 'admin.branding.read' },
      answers: { 200: { description: 'As set, with the version that a change must name', schema: brandingState } },
      handler: async () => ({ status: 200, json: await readBranding(ports) }),
    }),
    route({
      method: 'put',
      path,
      tag,
      summary: 'Set the name and the colour; null is as the product comes',
      access: { action: 'admin.branding.write' },
      body: putBrandingBody,
      answers: { 200: { description: 'As it is set now', schema: brandingState } },
      handler: async ({ actor, body: { read_version: readVersion, branding } }) => ({
        status: 200,
        json: await putBranding(ports, actor, { readVersion, branding }),
      }),
    }),
    route({
      method: 'put',
      path: `${path}/logo`,
      tag,
      summary: 'Set the logo, a PNG or WebP of at most 256 KiB and 1024 pixels a side; null takes it away',
      access: { action: 'admin.branding.write' },
      body: putLogoBody,
      answers: { 200: { description: 'As it is set now', schema: brandingState } },
      handler: async ({ actor, body: { read_version: readVersion, logo } }) => ({
        status: 200,
        json: await putLogo(ports, actor, { readVersion, logo }),
      }),
    }),
  ];
}
