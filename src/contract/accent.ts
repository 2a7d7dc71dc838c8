import { contrastOf, fromOklch, type Oklch, toOklch } from './colour.ts';

export type Theme = 'light' | 'dark';
export const themes: readonly Theme[] = ['light', 'dark'];

/** What a theme draws with, of one accent. */
export type Accent = {
  /** Of links, marks and filled buttons. */
  accent: string;
  /** Of filled buttons under the pointer. */
  strong: string;
  /** Of text on those two. */
  on: string;
  /** Behind text, of what is chosen or told. */
  soft: string;
  /** The least contrast of the accent as text with what it stands on, and of text on it. At least `leastContrast`. */
  contrast: { asText: number; under: number };
};

/** WCAG 2.2, AA, for text of any size. */
export const leastContrast = 4.5;

/** What text stands on in each theme, and the weakest text on the soft ground: as in web/styles.css, whose test compares them. */
export const grounds: Readonly<
  Record<Theme, { canvas: string; surface: string; sunken: string; hover: string; ink: string; muted: string }>
> = {
  light: {
    canvas: '#fbfbf9',
    surface: '#ffffff',
    sunken: '#f3f3ef',
    hover: '#ecebe6',
    ink: '#1c1e1d',
    muted: '#5a605d',
  },
  dark: {
    canvas: '#141716',
    surface: '#1b1f1d',
    sunken: '#101312',
    hover: '#262b29',
    ink: '#e8eae8',
    muted: '#a5ada9',
  },
};

/** Where each theme's shades lie: `away` is the direction from its grounds in lightness. */
const shades = {
  light: { away: -1, soft: { l: 0.945, c: 0.03 }, on: { l: 1, c: 0 } },
  dark: { away: 1, soft: { l: 0.295, c: 0.04 }, on: { l: 0.22, c: 0.035 } },
} as const;
const step = 0.005;
const strongerBy = 0.08;

/** The accent of a theme that is nearest in lightness to a colour and can be read, with its shades. Every colour has one: the colour itself where
 *  it can be read. Pure.
 *  @param colour  `#rrggbb` */
export function accentOf(colour: string, theme: Theme): Accent {
  const { away, ...of } = shades[theme];
  const { canvas, surface, sunken, hover, muted } = grounds[theme];
  const chosen = toOklch(colour);
  const shade = (wanted: { l: number; c: number }): Oklch => ({
    ...wanted,
    c: Math.min(chosen.c, wanted.c),
    h: chosen.h,
  });
  const soft = firstThat(shade(of.soft), -away, (tried) => contrastOf(muted, tried) >= leastContrast);
  const under = [canvas, surface, sunken, hover, soft];
  const asText = (tried: string) => Math.min(...under.map((ground) => contrastOf(tried, ground)));
  const accent = firstThat(chosen, away, (tried) => asText(tried) >= leastContrast, colour);
  const lightness = toOklch(accent).l;
  const strong = fromOklch({ ...chosen, l: clamp(lightness + away * strongerBy) });
  const contrastUnder = (text: string) => Math.min(contrastOf(text, accent), contrastOf(text, strong));
  const on = firstThat(shade(of.on), -away, (tried) => contrastUnder(tried) >= leastContrast);
  return { accent, strong, on, soft, contrast: { asText: asText(accent), under: contrastUnder(on) } };
}

/** Walks in lightness until a colour is right, to the very end if need be.
 *  @param direction  1 to white, -1 to black
 *  @param as  how the first is written */
function firstThat(from: Oklch, direction: number, isRight: (colour: string) => boolean, as = fromOklch(from)): string {
  if (isRight(as)) return as;
  for (let l = from.l; l > 0 && l < 1; l = clamp(l + direction * step)) {
    const tried = fromOklch({ ...from, l });
    if (isRight(tried)) return tried;
  }
  return direction === 1 ? '#ffffff' : '#000000';
}

const clamp = (lightness: number) => Math.min(1, Math.max(0, lightness));

/** The style sheet of an accent. It stands above that of the app wherever it is read, and paper is white. Pure. */
export function accentSheet(colour: string): string {
  const [light, dark] = themes.map((theme) => {
    const { accent, strong, on, soft } = accentOf(colour, theme);
    return `--accent:${accent};--accent-strong:${strong};--on-accent:${on};--accent-soft:${soft}`;
  });
  return `html:root{${light}}\n@media screen{html:root[data-theme="dark"]{${dark}}}\n`;
}
