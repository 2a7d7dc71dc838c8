import type { Heading, ParsedDocument } from './parsed-document.ts';

/** Markdown stays as it is written; its headings are found outside fenced code and front matter. The title is the front matter's, else
 *  the first heading of the highest level. Pure.
 *  @see https://spec.commonmark.org/0.31.2/#atx-headings and #setext-headings */
export function readMarkdown(text: string, fallbackTitle: string): Omit<ParsedDocument, 'mediaType'> {
  const frontMatter = /^---\r?\n[\s\S]*?\r?\n(?:---|\.\.\.)(?:\r?\n|$)/.exec(text)?.[0] ?? '';
  const named = /^title:[ \t]*(["']?)(.+?)\1[ \t]*$/m.exec(frontMatter)?.[2];
  const headings = findHeadings(text, frontMatter.length);
  const highest = Math.min(...headings.map((heading) => heading.level));
  const top = headings.find((heading) => heading.level === highest)?.text;
  return { title: named ?? top ?? fallbackTitle, text, headings };
}

function findHeadings(text: string, from: number): Heading[] {
  const headings: Heading[] = [];
  let fence: string | undefined;
  let previous: { text: string; start: number } | undefined;
  for (const match of text.slice(from).matchAll(/[^\n]+/g)) {
    const line = match[0].trimEnd();
    const start = from + match.index + (line.length - line.trimStart().length);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence) && line.trim() === mark) fence = undefined;
    }
    if (fence !== undefined || mark !== undefined) {
      previous = undefined;
      continue;
    }
    const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?$/.exec(line);
    const underline = /^ {0,3}(=+|-{2,})$/.exec(line)?.[1];
    const isNext = previous !== undefined && text.slice(previous.start, start).split('\n').length === 2;
    if (atx?.[2]) headings.push({ level: atx[1]?.length ?? 1, text: plain(atx[2]), start });
    else if (underline !== undefined && previous !== undefined && isNext) {
      headings.push({ level: underline.startsWith('=') ? 1 : 2, text: plain(previous.text), start: previous.start });
    }
    const isParagraph = atx === null && underline === undefined && !/^\s*(?:[-*+>|]|\d+[.)])/.test(line);
    previous = isParagraph ? { text: line.trim(), start } : undefined;
  }
  return headings;
}

/** A heading without its marks for emphasis, code and links. */
function plain(text: string): string {
  const words = text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]|(?<!\w)_|_(?!\w)/g, '');
  return words.trim().slice(0, 300).toWellFormed();
}
