import { accentAddress, brandingMeta, type ShownBranding } from '../../contract/branding.ts';

/** The app's page with the name and the colours of the installation in it, so that it never shows others first. Pure. */
export function dressPage(html: string, shown: ShownBranding): string {
  const name = escape(shown.name);
  const head = [
    `<meta name="${brandingMeta}" content="${escape(JSON.stringify(shown))}" />`,
    ...(shown.accent === null ? [] : [`<link rel="stylesheet" href="${accentAddress(shown.accent)}" />`]),
  ];
  return html
    .replace(/(<title>|<noscript>)Perdure\b/g, (_all, before: string) => `${before}${name}`)
    .replace('</head>', () => `${head.join('')}</head>`);
}

const escaped: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => escaped[sign] ?? '');
