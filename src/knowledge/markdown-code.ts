import type { Span } from './sentences.ts';

/** Where Markdown shows characters as they are: fenced blocks and code spans, their marks included. An unclosed fence reaches to the
 *  end, an unclosed run of backticks is no code. Pure.
 *  @returns spans in order, apart from each other
 *  @see https://spec.commonmark.org/0.31.2/#fenced-code-blocks and #code-spans */
export function codeSpans(text: string): Span[] {
  const spans: Span[] = [];
  let paragraphStart = 0;
  let fence: { start: number; mark: string } | undefined;
  for (const line of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    const [content] = line;
    if (content === '') break;
    const end = line.index + content.length;
    const mark = /^ {0,3}(`{3,}|~{3,})(?=([^\n]*))/.exec(content);
    if (fence !== undefined) {
      const isClosing = mark?.[1]?.startsWith(fence.mark) && mark[2]?.trim() === '';
      if (isClosing) {
        spans.push({ start: fence.start, end });
        fence = undefined;
        paragraphStart = end;
      }
    } else if (mark?.[1] !== undefined && !(mark[1].startsWith('`') && mark[2]?.includes('`'))) {
      spans.push(...inlineSpans(text, paragraphStart, line.index));
      fence = { start: line.index, mark: mark[1] };
    } else if (content.trim() === '') {
      spans.push(...inlineSpans(text, paragraphStart, line.index));
      paragraphStart = end;
    }
  }
  if (fence !== undefined) spans.push({ start: fence.start, end: text.length });
  else spans.push(...inlineSpans(text, paragraphStart, text.length));
  return spans;
}

/** Code spans of one paragraph: a run of backticks up to the next run of the same length. */
function inlineSpans(text: string, start: number, end: number): Span[] {
  const runs = [...text.slice(start, end).matchAll(/`+/g)].map((run) => ({
    at: start + run.index,
    size: run[0].length,
  }));
  const spans: Span[] = [];
  for (let i = 0; i < runs.length; i++) {
    const open = runs[i];
    const close = runs.findIndex((run, other) => other > i && run.size === open?.size);
    const closing = runs[close];
    if (open === undefined || closing === undefined || isEscaped(text, open.at)) continue;
    spans.push({ start: open.at, end: closing.at + closing.size });
    i = close;
  }
  return spans;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}
