/** What the page and the frame that draws say to each other. The frame runs what others wrote: the page trusts none of what it hears. */

/** @param look  of the page that the picture is for */
export type DrawOrder = { id: number; source: string; look: DiagramLook };
export type DiagramLook = 'light' | 'dark';

/** A picture as a whole SVG file, with its size in pixels, or why there is none. */
export type DrawReport =
  | { kind: 'ready' }
  | { kind: 'drawn'; id: number; svg: string; width: number; height: number }
  | { kind: 'refused'; id: number; reason: Refusal; line: number | undefined };

const refusals = ['unknown_kind', 'too_many_edges', 'not_understood'] as const;
type Refusal = (typeof refusals)[number];

/** Characters of a diagram's source that are drawn. */
export const mostCharacters = 20_000;
/** Connections between the parts of one diagram. */
export const mostEdges = 500;
/** Characters of a picture, and its longest side in pixels. */
export const mostPicture = { characters: 2_000_000, side: 16_000 };

/** What was heard, as far as it is a report. */
export function asReport(heard: unknown): DrawReport | undefined {
  if (typeof heard !== 'object' || heard === null || !('kind' in heard)) return undefined;
  if (heard.kind === 'ready') return { kind: 'ready' };
  if (!('id' in heard) || typeof heard.id !== 'number') return undefined;
  const { id } = heard;
  if (heard.kind === 'refused') {
    const line = 'line' in heard && typeof heard.line === 'number' ? Math.trunc(heard.line) : undefined;
    const reason = refusals.find((each) => 'reason' in heard && each === heard.reason) ?? 'not_understood';
    return { kind: 'refused', id, reason, line };
  }
  if (heard.kind !== 'drawn' || !('svg' in heard) || !('width' in heard) || !('height' in heard)) return undefined;
  const { svg, width, height } = heard;
  if (typeof svg !== 'string' || !isSide(width) || !isSide(height)) return undefined;
  return { kind: 'drawn', id, svg, width, height };
}

const isSide = (value: unknown): value is number => typeof value === 'number' && value > 0 && Number.isFinite(value);
