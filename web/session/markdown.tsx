import { memo, useMemo } from 'react';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import rehypeHighlight from 'rehype-highlight';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import type { Citation } from '../../src/contract/events.ts';
import { CitationChip } from './citation-chip.tsx';
import { citationNumber, remarkCitationMarkers } from './citation-markers.ts';
import { CodeBlock } from './code-block.tsx';
import { markdownBlocks } from './markdown-blocks.ts';

/** What an answer may be made of. Sanitising comes last, after everything that adds nodes. Images are not in it: drawing one would ask another server. */
const schema = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? []).filter((name) => !['picture', 'source'].includes(name)),
  attributes: {
    ...defaultSchema.attributes,
    code: [['className', /^(hljs|language-[\w+-]+)$/]],
    span: [['className', /^hljs-[\w-]+$/, /^function_$/, /^class_$/]],
  },
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'] },
} satisfies Parameters<typeof rehypeSanitize>[0];

const rehypePlugins: Options['rehypePlugins'] = [
  [rehypeHighlight, { detect: false }],
  [rehypeSanitize, schema],
];

/** Text written by a model, drawn safely: no HTML of its own, nothing fetched from elsewhere, and a link shows where it leads. */
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

const Block = memo(function Block({ text, turnId, citations }: Omit<MarkdownProps, 'streaming'>) {
  const components = useMemo(() => componentsFor(turnId, citations), [turnId, citations]);
  return (
    <div className="prose-block">
      <ReactMarkdown
        skipHtml
        remarkPlugins={[remarkGfm, remarkCitationMarkers]}
        rehypePlugins={rehypePlugins}
        components={components}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
});

function componentsFor(turnId: string, citations: readonly Citation[] | undefined): Components {
  return {
    a: ({ href, children }) => {
      const n = citationNumber(href);
      if (n === undefined) return <OutsideLink href={href}>{children}</OutsideLink>;
      return <CitationChip n={n} turnId={turnId} citation={citations?.find((citation) => citation.n === n)} />;
    },
    img: ({ src, alt }) => <OutsideLink href={typeof src === 'string' ? src : undefined}>{alt || 'image'}</OutsideLink>,
    pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than the page must scroll by keyboard too
    table: ({ children }) => (
      <div className="max-w-full overflow-x-auto" tabIndex={0} role="group" aria-label="Table">
        <table>{children}</table>
      </div>
    ),
  };
}

function OutsideLink({ href, children }: { href: string | undefined; children: React.ReactNode }) {
  const url = href !== undefined && URL.canParse(href) ? new URL(href) : undefined;
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return <>{children}</>;
  const showsItself = typeof children === 'string' && isAddressAt(url.host, children);
  return (
    <>
      <a href={url.href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
      {url.host !== '' && !showsItself && <span className="text-[0.85em] text-faint"> ({url.host})</span>}
    </>
  );
}

/** Whether a text is an address there, and not one that only names the host somewhere. */
function isAddressAt(host: string, text: string): boolean {
  return [text, `http://${text}`].some((address) => {
    if (!URL.canParse(address)) return false;
    const url = new URL(address);
    return url.host === host && url.username === '';
  });
}
