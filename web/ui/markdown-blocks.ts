/** Splits Markdown at its top level, so that while an answer streams only its last block is parsed and drawn again. A block that is complete never changes when text is
 *  added behind it. Fences, of code and of formulae, lists with what is indented under them, and quotes stay whole. */
export function markdownBlocks(text: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  let blankBefore = false;

  const end = () => {
    const block = lines.join('\n').replace(/\n+$/, '');
    if (block.trim() !== '') blocks.push(block);
    lines = [];
  };

  for (const line of text.split('\n')) {
    if (fence === undefined && blankBefore && lines.length > 0 && startsBlock(line, lines[0] ?? '')) end();
    const mark = /^ {0,3}(`{3,}|~{3,}|\${2,}(?=[^$]*$))(.*)$/.exec(line);
    if (mark) {
      const [, ticks = '', rest = ''] = mark;
      if (fence === undefined) fence = ticks;
      else if (ticks.startsWith(fence) && rest.trim() === '') fence = undefined;
    }
    lines.push(line);
    blankBefore = line.trim() === '';
  }
  end();
  return blocks;
}

/** After a blank line: an indented line, or another item of the list under way, belongs to the block before. */
function startsBlock(line: string, first: string): boolean {
  if (line.trim() === '' || /^\s/.test(line)) return false;
  const ordered = /^\d{1,9}[.)]\s/;
  const bullet = /^[-*+]\s/;
  return !((ordered.test(first) && ordered.test(line)) || (bullet.test(first) && bullet.test(line)));
}
