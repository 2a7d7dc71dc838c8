import type { RootContent } from 'hast';
import { common, createLowlight } from 'lowlight';
import { type ReactNode, useMemo } from 'react';

/** Characters that are coloured; it takes a moment for each, at every piece that streams in. */
const mostCharacters = 30_000;

const lowlight = createLowlight(common);

/** Code with its words coloured, as far as its language is known. */
export default function ColouredCode({ code, language }: { code: string; language: string }) {
  return useMemo(
    () =>
      code.length <= mostCharacters && lowlight.registered(language)
        ? lowlight.highlight(language, code).children.map(toReact)
        : code,
    [code, language],
  );
}

/** Texts and the names of their colours: nothing else is taken over. */
function toReact(node: RootContent, index: number): ReactNode {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element') return null;
  const names = Array.isArray(node.properties['className']) ? node.properties['className'].join(' ') : '';
  return (
    <span key={index} className={names}>
      {node.children.map(toReact)}
    </span>
  );
}
