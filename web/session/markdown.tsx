import { createContext, memo, useContext, useMemo } from 'react';
import type { Citation } from '../../src/contract/events.ts';
import { FormulaLoader } from '../ui/formula.tsx';
import { markdownBlocks } from '../ui/markdown-blocks.ts';
import { type LinkProps, OutsideLink, SafeMarkdown } from '../ui/safe-markdown.tsx';
import { CitationChip } from './citation-chip.tsx';
import { citationNumber, remarkCitationMarkers } from './citation-markers.ts';

/** Text written by a model, drawn safely, with its markers as chips that open the passage. */
export function Markdown({ text, turnId, citations, streaming = false }: MarkdownProps) {
  const blocks = useMemo(() => markdownBlocks(text), [text]);
  const cited = useMemo(() => ({ turnId, citations }), [turnId, citations]);
  return (
    <CitedContext value={cited}>
      {streaming && <FormulaLoader text={text} />}
      <div className="prose" dir="auto" data-streaming={streaming || undefined}>
        {blocks.map((block, index) => (
          // Blocks only grow at the end: the place is the identity.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Block key={index} text={block} isGrowing={streaming && index === blocks.length - 1} />
        ))}
      </div>
    </CitedContext>
  );
}
type MarkdownProps = { text: string; turnId: string; citations: readonly Citation[] | undefined; streaming?: boolean };

/** What markers lead to. It is no part of a block: a block is parsed once, and its passages are known later. */
const CitedContext = createContext<Pick<MarkdownProps, 'turnId' | 'citations'>>({ turnId: '', citations: undefined });

const remarkPlugins = [remarkCitationMarkers];

const Block = memo(function Block({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  return (
    <div className="prose-block" dir="auto">
      <SafeMarkdown text={text} isGrowing={isGrowing} remarkPlugins={remarkPlugins} a={MarkerOrLink} />
    </div>
  );
});

function MarkerOrLink({ href, children }: LinkProps) {
  const { turnId, citations } = useContext(CitedContext);
  const n = citationNumber(href);
  if (n === undefined) return <OutsideLink href={href}>{children}</OutsideLink>;
  return <CitationChip n={n} turnId={turnId} citation={citations?.find((citation) => citation.n === n)} />;
}
