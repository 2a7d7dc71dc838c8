import type { Link, Nodes, PhrasingContent, Root } from 'mdast';

/** The address a marker becomes; the renderer draws a chip for it. */
export const citationHref = (n: number): string => `#cite-${n}`;
export function citationNumber(href: string | undefined): number | undefined {
  const match = /^#cite-(\d{1,3})$/.exec(href ?? '');
  return match ? Number(match[1]) : undefined;
}

const marker = /\[(\d{1,3})\]/g;

/** Turns each `[n]` in running text into a link to `#cite-n`. Code is left as it is. */
export function remarkCitationMarkers() {
  return (tree: Root): void => visit(tree);
}

function visit(node: Nodes): void {
  if (!('children' in node)) return;
  const parent: { children: Nodes[] } = node;
  parent.children = parent.children.flatMap((child): Nodes[] => {
    if (child.type === 'text') return split(child.value);
    if (child.type !== 'link') visit(child);
    return [child];
  });
}

function split(text: string): PhrasingContent[] {
  const parts: PhrasingContent[] = [];
  let from = 0;
  for (const match of text.matchAll(marker)) {
    if (match.index > from) parts.push({ type: 'text', value: text.slice(from, match.index) });
    parts.push(chip(Number(match[1])));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ type: 'text', value: text.slice(from) });
  return parts;
}

const chip = (n: number): Link => ({
  type: 'link',
  url: citationHref(n),
  children: [{ type: 'text', value: String(n) }],
});
