import { useEffect, useMemo, useRef, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { markdownBlocks } from '../ui/markdown-blocks.ts';
import { SafeMarkdown } from '../ui/safe-markdown.tsx';
import { Pane } from './pane.tsx';

/** Blocks that are drawn at once: parsing Markdown holds the page, and a file may have hundreds of thousands of lines. */
const blocksAtOnce = 200;

/** Markdown as it looks, with a bar beside the blocks that hold the asked range. */
export function MarkdownPane({ text, range }: MarkdownPaneProps) {
  const { start, end } = range;
  const blocks = useMemo(() => placedBlocks(text), [text]);
  const isAsked = (block: PlacedBlock) =>
    start !== undefined && end !== undefined && block.start < end && block.end > start;
  const firstAsked = blocks.findIndex(isAsked);
  const [more, setMore] = useState(0);
  const shown = blocks.slice(0, Math.max(blocksAtOnce, firstAsked + blocksAtOnce / 2) + more);
  const asked = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (firstAsked >= 0) asked.current?.scrollIntoView({ block: 'center' });
  }, [firstAsked]);
  return (
    <Pane label={t('Original')} bar={<span>{t('Original')}</span>}>
      <div dir="auto" className="prose mx-auto max-w-3xl px-4 py-4 sm:px-6">
        {shown.map((block, index) => (
          <div
            key={block.start}
            ref={index === firstAsked ? asked : undefined}
            className={isAsked(block) ? 'asked-block prose-block' : 'prose-block'}
          >
            <SafeMarkdown text={block.text} />
          </div>
        ))}
      </div>
      {shown.length < blocks.length && (
        <Button className="mx-4 mb-6 sm:mx-6" onClick={() => setMore(more + blocksAtOnce)}>
          {t('Show more')}
        </Button>
      )}
    </Pane>
  );
}
type MarkdownPaneProps = {
  text: string;
  range: { start?: number | undefined; end?: number | undefined };
};

type PlacedBlock = { text: string; start: number; end: number };

/** The blocks of a text and where they stand in it; front matter is none. */
function placedBlocks(text: string): PlacedBlock[] {
  const frontMatter = /^---\r?\n[\s\S]*?\r?\n(?:---|\.\.\.)(?:\r?\n|$)/.exec(text)?.[0] ?? '';
  let at = frontMatter.length;
  return markdownBlocks(text.slice(at)).map((block) => {
    const start = text.indexOf(block, at);
    at = start + block.length;
    return { text: block, start, end: at };
  });
}
