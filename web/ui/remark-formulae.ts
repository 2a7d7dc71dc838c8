import type { Nodes, Root } from 'mdast';
import remarkMath from 'remark-math';
import { formulaSyntax } from './formula-syntax.ts';

/** Formulae in Markdown: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. They become code with the class `math-inline` or `math-display`, and what is in them stays text. */
export function remarkFormulae(this: { data(): object }) {
  Reflect.apply(remarkMath, this, [{ singleDollarTextMath: false }]);
  const data: { micromarkExtensions?: unknown[] } = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), formulaSyntax];
  return (tree: Root, file: { value: unknown }): void => markDisplayed(tree, String(file.value));
}

/** What was written to stand on its own, in a line of text too. */
function markDisplayed(node: Nodes, source: string): void {
  if (node.type === 'inlineMath') {
    const start = node.position?.start.offset ?? 0;
    if (/^(?:\$\$|\\\[)/.test(source.slice(start, start + 2)))
      node.data = { ...node.data, hProperties: { className: ['language-math', 'math-display'] } };
  }
  if ('children' in node) for (const child of node.children) markDisplayed(child, source);
}
