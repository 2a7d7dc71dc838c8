import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { accentOf, accentSheet, grounds, leastContrast, type Theme, themes } from './accent.ts';
import { contrastOf, fromOklch, toOklch } from './colour.ts';

/** The corners and edges of what screens show, greys, and what lies between. */
const levels = ['00', '33', '66', '99', 'cc', 'ff'];
const many = levels.flatMap((r) => levels.flatMap((g) => levels.map((b) => `#${r}${g}${b}`)));

test('contrast is as WCAG has it', () => {
  expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrastOf('#ffffff', '#777777')).toBeCloseTo(4.48, 2);
});

test('a colour that is taken apart and put together again is the same', () => {
  for (const colour of many) expect(fromOklch(toOklch(colour))).toBe(colour);
});

test('whatever colour is chosen, everything drawn with it can be read in both themes', () => {
  for (const colour of many) {
    for (const theme of themes) {
      const { accent, strong, on, soft, contrast } = accentOf(colour, theme);
      const { canvas, surface, sunken, hover, ink, muted } = grounds[theme];
      const pairs = [
        ...[canvas, surface, sunken, hover, soft].map((ground) => [accent, ground] as const),
        [on, accent],
        [on, strong],
        [ink, soft],
        [muted, soft],
      ] as const;
      for (const [text, ground] of pairs)
        expect(contrastOf(text, ground), `${colour} ${theme}: ${text} on ${ground}`).toBeGreaterThanOrEqual(
          leastContrast,
        );
      expect(Math.min(contrast.asText, contrast.under)).toBeGreaterThanOrEqual(leastContrast);
    }
  }
});

test('what can be read stays as it is, and what cannot keeps its hue and goes no further than it must', () => {
  expect(accentOf('#0f6b5e', 'light').accent).toBe('#0f6b5e');
  expect(accentOf('#6fd0bc', 'dark').accent).toBe('#6fd0bc');
  const yellow = accentOf('#ffcc00', 'light');
  expect(toOklch(yellow.accent).h).toBeCloseTo(toOklch('#ffcc00').h, 1);
  expect(yellow.contrast.asText).toBeLessThan(leastContrast + 0.2);
  expect(accentOf('#000000', 'light').accent).toBe('#000000');
  expect(accentOf('#ffffff', 'dark').accent).toBe('#ffffff');
});

test('the grounds are those of the app’s style sheet', () => {
  const css = readFileSync(new URL('../../web/styles.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = css.split('[data-theme="dark"] {');
  const parts: Record<Theme, string> = { light: light.slice(light.indexOf(':root')), dark };
  for (const theme of themes) {
    for (const [name, value] of Object.entries(grounds[theme]))
      expect(new RegExp(`--${name}: (#\\w+);`).exec(parts[theme])?.[1], `${theme} ${name}`).toBe(value);
  }
});

test('the sheet of an accent has both themes and nothing else', () => {
  expect(accentSheet('#0f6b5e')).toMatch(
    /^html:root\{(--[a-z-]+:#[0-9a-f]{6};?){4}\}\n@media screen\{html:root\[data-theme="dark"\]\{(--[a-z-]+:#[0-9a-f]{6};?){4}\}\}\n$/,
  );
});
