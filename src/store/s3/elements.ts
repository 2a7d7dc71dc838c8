/** What stands between `<name>` and `</name>`, each time, in an answer whose elements of that name do not nest. */
export function elementsIn(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([^]*?)</${name}>`, 'g'))].map(([, inner = '']) => inner);
}

/** The text of the first element of a name; empty without one. */
export function textIn(xml: string, name: string): string {
  return (elementsIn(xml, name)[0] ?? '').replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|quot|apos|amp));/gi,
    (_, decimal?: string, hex?: string, named?: string) =>
      named === undefined
        ? String.fromCodePoint(Math.min(Number.parseInt(decimal ?? hex ?? '', hex === undefined ? 10 : 16), 0x10_ff_ff))
        : (signs[named.toLowerCase()] ?? ''),
  );
}

/** A text as it may stand in an element. */
export function xmlText(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}

const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
