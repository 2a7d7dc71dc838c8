const aroundChars = 4000;

/** A passage and what stands around it, cut at line ends where there are any, never inside a character. Offsets are UTF-16 units. */
export function excerpt(text: string, { start, end }: { start: number; end: number }, around = aroundChars): Excerpt {
  const from = start <= around ? 0 : cutAfterLine(text, start - around, start);
  const to = end + around >= text.length ? text.length : cutBeforeLine(text, end, end + around);
  return {
    before: text.slice(from, start),
    passage: text.slice(start, end),
    after: text.slice(end, to),
    cutBefore: from > 0,
    cutAfter: to < text.length,
  };
}

export type Excerpt = { before: string; passage: string; after: string; cutBefore: boolean; cutAfter: boolean };

function cutAfterLine(text: string, from: number, before: number): number {
  const line = text.indexOf('\n', from);
  if (line >= 0 && line + 1 < before) return line + 1;
  return isLowSurrogate(text, from) ? from + 1 : from;
}

function cutBeforeLine(text: string, after: number, to: number): number {
  const line = text.lastIndexOf('\n', to);
  if (line > after) return line;
  return isLowSurrogate(text, to) ? to - 1 : to;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
