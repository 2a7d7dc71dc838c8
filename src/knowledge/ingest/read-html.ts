import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { type HtmlNode, htmlToText } from './html-text.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { TextBuilder } from './text-builder.ts';

/** Below this share of the page's text, what Readability kept is a part of the document and not the document. */
const minArticleShare = 0.6;

/** The text of a page without what surrounds it: as Readability sees it when that is most of the page, else the body without navigation,
 *  header and footer. Scripts are never run and nothing is fetched. */
export function readHtml(source: string, fallbackTitle: string): Omit<ParsedDocument, 'mediaType'> {
  const html = withRoot(source);
  const page: HtmlDocument = parseHTML(html).document;
  const pageTitle = page.querySelector('title')?.textContent?.replace(/\s+/g, ' ').trim();
  for (const surrounding of page.querySelectorAll('nav, header, footer, [role=navigation], [role=banner]')) {
    // A header inside an article or a section belongs to it.
    if (surrounding.closest('article, section, main') === null) surrounding.remove();
  }
  const body = htmlToText(page.querySelector('body') ?? page.documentElement ?? page);
  const mainHeading = body.headings.find((heading) => heading.level === 1)?.text;
  const article = readArticle(html, mainHeading);
  const isWhole = article !== undefined && article.text.length >= body.text.length * minArticleShare;
  const { text, headings } = isWhole ? article : body;
  return { title: pageTitle || mainHeading || headings[0]?.text || fallbackTitle, text, headings };
}

/** The body of a page, or what there is where it has none. */
export function pageBody(source: string): HtmlNode {
  const page: HtmlDocument = parseHTML(withRoot(source)).document;
  return page.querySelector('body') ?? page;
}

/** A page may leave out the tags around it; the parser would take its first element for the whole document. */
function withRoot(source: string): string {
  if (/<html[\s>]/i.test(source) && /<body[\s>]/i.test(source)) return source;
  const bare = source.replace(/^\s*<!doctype[^>]*>/i, '').replaceAll(/<\/?(?:html|body)(?:\s[^>]*)?>/gi, '');
  const head = /<head[\s>][\s\S]*?<\/head>/i.exec(bare)?.[0];
  const title = /<title[\s>][\s\S]*?<\/title>/i.exec(bare)?.[0] ?? '';
  const body = bare.replace(head ?? title, '');
  return `<!doctype html><html>${head ?? `<head>${title}</head>`}<body>${body}</body></html>`;
}

type HtmlElement = HtmlNode & { remove(): void; closest(selector: string): HtmlElement | null };
type HtmlDocument = HtmlNode & {
  readonly documentElement: HtmlElement | null;
  querySelector(selector: string): HtmlElement | null;
  querySelectorAll(selector: string): Iterable<HtmlElement>;
};

/** Readability takes the document apart, so it gets one of its own; a main heading it took for the title is put back. */
function readArticle(html: string, mainHeading: string | undefined): TextBuilder | undefined {
  const options = { serializer: (node: HtmlNode) => node, maxElemsToParse: 200_000 };
  const content = new Readability(parseHTML(html).document, options).parse()?.content;
  if (!content) return undefined;
  const article = htmlToText(content);
  if (mainHeading === undefined || article.headings.some((heading) => heading.text === mainHeading)) return article;
  const out = new TextBuilder();
  out.heading(1, () => out.words(mainHeading));
  return htmlToText(content, out);
}
