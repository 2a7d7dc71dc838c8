/** A stretch of a text, and where it leads when it is an address. */
export type TextPart = { text: string; href?: string };

const address = /\bhttps?:\/\/[^\s<>"]+/gi;
/** What ends a sentence or a bracket, and belongs to no address before it. */
const trailing = /[.,;:!?'")\]}]+$/;

/** Finds the addresses in a text: only http and https, and each shown as it is written. Pure. */
export function addressParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(address)) {
    const written = match[0].replace(trailing, '');
    if (!URL.canParse(written)) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index) });
    parts.push({ text: written, href: written });
    done = match.index + written.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done) });
  return parts;
}
