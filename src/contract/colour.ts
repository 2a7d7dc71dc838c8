/** Lightness 0 to 1, chroma 0 to about 0.37, hue in radians.
 *  @see https://www.w3.org/TR/css-color-4/#color-conversion-code */
export type Oklch = { l: number; c: number; h: number };
type Three = readonly [number, number, number];

/** The contrast of two colours, 1 to 21. Pure.
 *  @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrastOf(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

function luminanceOf(colour: string): number {
  const [r, g, b] = linearOf(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param colour  `#rrggbb` */
export function toOklch(colour: string): Oklch {
  const [r, g, b] = linearOf(colour);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const x = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const y = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { l: lightness, c: Math.hypot(x, y), h: Math.atan2(y, x) };
}

/** As `#rrggbb`. What screens cannot show of a colour is taken from its chroma, not from its lightness or hue. Pure. */
export function fromOklch({ l, c, h }: Oklch): string {
  let [least, most] = [0, c];
  if (isShown(toLinear({ l, c, h }))) least = c;
  else {
    for (let round = 0; round < 20; round += 1) {
      const middle = (least + most) / 2;
      if (isShown(toLinear({ l, c: middle, h }))) least = middle;
      else most = middle;
    }
  }
  const bytes = toLinear({ l, c: least, h }).map((part) => Math.round(Math.min(1, Math.max(0, gamma(part))) * 255));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function toLinear({ l, c, h }: Oklch): Three {
  const [x, y] = [c * Math.cos(h), c * Math.sin(h)];
  const long = (l + 0.3963377774 * x + 0.2158037573 * y) ** 3;
  const middle = (l - 0.1055613458 * x - 0.0638541728 * y) ** 3;
  const short = (l - 0.0894841775 * x - 1.291485548 * y) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

/** Rounding of the matrices is no colour beyond a screen's. */
const isShown = (linear: Three) => linear.every((part) => part >= -0.0005 && part <= 1.0005);

function linearOf(colour: string): Three {
  const part = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

const gamma = (linear: number) => (linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055);
