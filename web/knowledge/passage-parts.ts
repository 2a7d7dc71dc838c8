import type { PassagePlace } from '../../src/contract/documents.ts';
import type { TextSection } from './text-sections.ts';

/** A piece of a section: of one passage, or what stands between two. `marked` is what of the asked range lies in it. */
export type PassagePart = {
  start: number;
  passage: PassagePlace | undefined;
  before: string;
  marked: string;
  after: string;
};

/** Cuts a section where passages begin and end; the pieces join to it exactly. Passages that overlap share nothing: the earlier keeps
 *  what both hold.
 *  @param passages  in the order of the text; those outside the section are passed over */
export function passageParts(section: TextSection, passages: readonly PassagePlace[]): PassagePart[] {
  const { start, before, marked, after } = section;
  const text = before + marked + after;
  const end = start + text.length;
  const markStart = start + before.length;
  const markEnd = markStart + marked.length;
  const part = (from: number, to: number, passage?: PassagePlace): PassagePart => {
    const slice = (a: number, b: number) =>
      text.slice(Math.max(a, from) - start, Math.max(Math.min(b, to), from) - start);
    return {
      start: from,
      passage,
      before: slice(from, markStart),
      marked: slice(markStart, markEnd),
      after: slice(Math.max(markEnd, from), to),
    };
  };
  const parts: PassagePart[] = [];
  let at = start;
  for (const passage of passages) {
    const from = Math.min(Math.max(passage.start, at), end);
    const to = Math.min(passage.end, end);
    if (to <= from) continue;
    if (from > at) parts.push(part(at, from));
    parts.push(part(from, to, passage));
    at = to;
  }
  if (at < end) parts.push(part(at, end));
  return parts;
}

/** The passages that reach into a part of the text, of a list in the order of the text. */
export function passagesWithin(
  passages: readonly PassagePlace[],
  { start, end }: { start: number; end: number },
): readonly PassagePlace[] {
  const first = firstEndingAfter(passages, start);
  let last = first;
  while (last < passages.length && (passages[last]?.start ?? end) < end) last++;
  return passages.slice(first, last);
}

/** By halving: a long document has tens of thousands. */
function firstEndingAfter(passages: readonly PassagePlace[], offset: number): number {
  let [low, high] = [0, passages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((passages[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
