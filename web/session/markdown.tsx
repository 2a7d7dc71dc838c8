import { memo, useMemo } from 'react';
import remarkGfm from 'remark-gfm';
import type { Citation } from '../../src/contract/events.ts';
import { markdownBlocks } from '../ui/markdown-blocks.ts';
import { type LinkProps, OutsideLink, SafeMarkdown } from '../ui/safe-markdown.tsx';
import { CitationChip } from './citation-chip.tsx';
import { citationNumber, remarkCitationMarkers } from './citation-markers.ts';

/** Text written by a model, drawn safely, with its markers as chips that open the passage. */
export function Markdown({ text, turnId, citations, streaming = false }: MarkdownProps) {
  const blocks = useMemo(() => markdownBlocks(text), [text]);
  return (
    <div className="prose" data-streaming={streaming || undefined}>
      {blocks.map((block, index) => (
        // Blocks only grow at the end: the place is the identity.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Block key={index} text={block} turnId={turnId} citations={citations} />
      ))}
    </div>
  );
}
type MarkdownProps = { text: string; turnId: string; citations: readonly Citation[] | undefined; streaming?: boolean };

const remarkPlugins = [remarkGfm, remarkCitationMarkers];

const Block = memo(function Block({ text, turnId, citations }: Omit<MarkdownProps, 'streaming'>) {
  const link = useMemo(() => linkFor(turnId, citations), [turnId, citations]);
  return (
    <div className="prose-block">
      <SafeMarkdown text={text} remarkPlugins={remarkPlugins} a={link} />
    </div>
  );
});

function linkFor(turnId: string, citations: readonly Citation[] | undefined) {
  return ({ href, children }: LinkProps) => {
    const n = citationNumber(href);
    if (n === undefined) return <OutsideLink href={href}>{children}</OutsideLink>;
    return <CitationChip n={n} turnId={turnId} citation={citations?.find((citation) => citation.n === n)} />;
  };
}
