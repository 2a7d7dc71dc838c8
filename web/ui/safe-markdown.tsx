import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import rehypeHighlight from 'rehype-highlight';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './code-block.tsx';

/** What a drawn text may be made of. Sanitising comes last, after everything that adds nodes. Images are not in it: drawing one would ask another server. */
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

/** Markdown that somebody else wrote, drawn safely: no HTML of its own, nothing fetched from elsewhere, and a link shows where it leads.
 *  @param a  draws links in another way; it must use `OutsideLink` for what it does not know */
export function SafeMarkdown({ text, remarkPlugins = plain, a = OutsideLink }: SafeMarkdownProps) {
  return (
    <ReactMarkdown
      skipHtml
      remarkPlugins={remarkPlugins}
      rehypePlugins={rehypePlugins}
      components={{ ...components, a }}
    >
      {text}
    </ReactMarkdown>
  );
}
type SafeMarkdownProps = {
  text: string;
  remarkPlugins?: Options['remarkPlugins'];
  a?: (props: LinkProps) => React.ReactNode;
};
export type LinkProps = { href?: string | undefined; children?: React.ReactNode };

const plain: Options['remarkPlugins'] = [remarkGfm];

const components: Components = {
  img: ({ src, alt }) => <OutsideLink href={typeof src === 'string' ? src : undefined}>{alt || 'image'}</OutsideLink>,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than the page must scroll by keyboard too
  table: ({ children }) => (
    <div className="max-w-full overflow-x-auto print:overflow-visible" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
};

export function OutsideLink({ href, children }: LinkProps) {
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
