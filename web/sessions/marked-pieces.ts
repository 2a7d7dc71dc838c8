/** A text in pieces, those between the marks too. Marks that are not in order or not in the text are left out. Pure. */
export function markedPieces(
  text: string,
  marks: readonly { start: number; end: number }[],
): { text: string; isMarked: boolean; start: number }[] {
  const pieces: { text: string; isMarked: boolean; start: number }[] = [];
  let from = 0;
  for (const { start, end } of marks) {
    if (start < from || end <= start || end > text.length) continue;
    if (start > from) pieces.push({ text: text.slice(from, start), isMarked: false, start: from });
    pieces.push({ text: text.slice(start, end), isMarked: true, start });
    from = end;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isMarked: false, start: from });
  return pieces;
}
