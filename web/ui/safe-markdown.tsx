import type { Element } from 'hast';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import ReactMarkdown, { type Components, type ExtraProps, type Options } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { t } from '../i18n/translate.ts';
import { CodeBlock } from './code-block.tsx';
import { Diagram } from './diagram.tsx';
import { Formula } from './formula.tsx';
import { isFenceClosed } from './is-fence-closed.ts';
import { remarkFormulae } from './remark-formulae.ts';
import { SteadyTable } from './steady-table.tsx';
import { textOf } from './text-of.ts';

/** What a drawn text may be made of. Sanitising comes last: what colours code and draws formulae is given their text alone. Images are not in it: drawing one would
 *  ask another server. */
const schema = {
  ...defaultSchema,
  tagNames: (defaultSchema.tagNames ?? []).filter((name) => !['picture', 'source'].includes(name)),
  attributes: {
    ...defaultSchema.attributes,
    code: [['className', /^language-[\w+-]+$/, 'math-inline', 'math-display']],
  },
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'] },
} satisfies Parameters<typeof rehypeSanitize>[0];

const rehypePlugins: Options['rehypePlugins'] = [[rehypeSanitize, schema]];
const ownPlugins: NonNullable<Options['remarkPlugins']> = [remarkGfm, remarkFormulae];

/** Markdown that somebody else wrote, drawn safely: no HTML of its own, nothing fetched from elsewhere, and a link shows where it leads.
 *  @param isGrowing  more of the text is to come
 *  @param remarkPlugins  what is found in it beside the usual
 *  @param a  draws links in another way; it must use `OutsideLink` for what it does not know */
export function SafeMarkdown({ text, isGrowing = false, remarkPlugins = none, a = OutsideLink }: SafeMarkdownProps) {
  const source = useMemo(() => ({ text, isGrowing }), [text, isGrowing]);
  const plugins = useMemo(() => [...ownPlugins, ...remarkPlugins], [remarkPlugins]);
  const drawn = useMemo(() => ({ ...components, a }), [a]);
  return (
    <SourceContext value={source}>
      <ReactMarkdown skipHtml remarkPlugins={plugins} rehypePlugins={rehypePlugins} components={drawn}>
        {text}
      </ReactMarkdown>
    </SourceContext>
  );
}
type SafeMarkdownProps = {
  text: string;
  isGrowing?: boolean;
  remarkPlugins?: NonNullable<Options['remarkPlugins']>;
  a?: (props: LinkProps) => React.ReactNode;
};
export type LinkProps = { href?: string | undefined; children?: React.ReactNode };

const none: NonNullable<Options['remarkPlugins']> = [];
const SourceContext = createContext({ text: '', isGrowing: false });

const components: Components = {
  img: ({ src, alt }) => (
    <OutsideLink href={typeof src === 'string' ? src : undefined}>{alt || t('image')}</OutsideLink>
  ),
  pre: Fence,
  code: InlineCode,
  table: Table,
};

/** What stands between fences: a formula, a diagram, or code. */
function Fence({ node }: ExtraProps) {
  const source = useContext(SourceContext);
  const code = node?.children.find((child): child is Element => child.type === 'element');
  if (!code) return null;
  const text = textOf(code).replace(/\n$/, '');
  const language = languageOf(code);
  if (language !== 'math' && language !== 'mermaid') return <CodeBlock code={text} language={language} />;
  const { start, end } = node?.position ?? {};
  const isWhole = !source.isGrowing || isFenceClosed(source.text.slice(start?.offset ?? 0, end?.offset));
  if (language === 'mermaid') return <Diagram source={text} isWhole={isWhole} />;
  return <Formula tex={text} isDisplay isWhole={isWhole} />;
}

function InlineCode({ node, children }: ExtraProps & { children?: ReactNode }) {
  const names = node ? classesOf(node) : [];
  if (node && names.some((name) => name === 'math-inline' || name === 'math-display'))
    return <Formula tex={textOf(node)} isDisplay={names.includes('math-display')} />;
  return <code>{children}</code>;
}

function Table({ node, children }: ExtraProps & { children?: ReactNode }) {
  const { isGrowing } = useContext(SourceContext);
  return node ? (
    <SteadyTable node={node} isWhole={!isGrowing}>
      {children}
    </SteadyTable>
  ) : null;
}

const classesOf = ({ properties: { className } }: Element): string[] =>
  Array.isArray(className) ? className.map(String) : [];

const languageOf = (code: Element): string =>
  classesOf(code)
    .find((name) => name.startsWith('language-'))
    ?.slice('language-'.length) ?? '';

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
