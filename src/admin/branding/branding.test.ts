import { expect, test } from 'vitest';
import { brandName, colour, shownAsItComes } from '../../contract/branding.ts';
import { dressPage } from './dress-page.ts';
import { webManifest } from './web-manifest.ts';

const html = '<html><head><title>Perdure</title></head><body><noscript>Perdure needs</noscript></body></html>';

test('a name is 1 to 40 characters of plain text that can be seen and turns no direction', () => {
  for (const name of ['Acme', 'Ä & Söhne <GmbH>', '知識', 'ירושלים', '👩‍🔬 Lab', 'x'.repeat(40)])
    expect(brandName.safeParse(name).data).toBe(name);
  for (const name of [
    '',
    '  ',
    'x'.repeat(41),
    'a\nb',
    'a\u0000b',
    'a\u202eb',
    'a\u2066b',
    'a\u200eb',
    '\u200b',
    '\ud800',
  ])
    expect(brandName.safeParse(name).success, JSON.stringify(name)).toBe(false);
});

test('a colour is six hexadecimal digits and nothing that a style sheet would read otherwise', () => {
  expect(colour.parse('#AABBCC')).toBe('#aabbcc');
  for (const no of ['red', '#abc', '#aabbccdd', 'url(https://x)', '#aabbcc;}', '#aabbcc\n', ' #aabbcc', '', 'aabbcc'])
    expect(colour.safeParse(no).success, no).toBe(false);
});

test('the page says what the installation is called, whatever signs are in its name', () => {
  const name = `$& </title><script>"'&`;
  const dressed = dressPage(html, { name, accent: '#0f6b5e', logo: null });
  const written = '$&amp; &lt;/title&gt;&lt;script&gt;&quot;&#39;&amp;';
  expect(dressed).toContain(`<title>${written}</title>`);
  expect(dressed).toContain(`<noscript>${written} needs</noscript>`);
  expect(dressed).toContain('<link rel="stylesheet" href="/api/branding/colours/0f6b5e" /></head>');
  expect(dressed).not.toContain('<script');
  expect(dressPage(html, shownAsItComes)).not.toContain('<link');
});

test('an app that is installed keeps its identity under another name', () => {
  const [before, after] = [webManifest(shownAsItComes), webManifest({ name: 'Acme', accent: '#ffcc00', logo: null })];
  expect(after.id).toBe(before.id);
  expect([before.theme_color, after.short_name]).toEqual(['#0f6b5e', 'Acme']);
  expect(after.theme_color).not.toBe('#ffcc00');
});
