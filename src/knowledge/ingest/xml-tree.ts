import { posix } from 'node:path';
import { DOMParser } from 'linkedom';
import { decodeText } from './decode-text.ts';
import type { HtmlNode } from './html-text.ts';
import type { ZipFiles } from './zip-directory.ts';

/** What is used of an XML element. Names are asked for without their prefixes, which producers choose. */
export type XmlNode = HtmlNode;

/** The root element of a part of an archive; undefined when there is no such part. Entities that a file defines are not expanded, and nothing
 *  is fetched. */
export function readXml(files: ZipFiles, name: string): XmlNode | undefined {
  const bytes = files.read(name);
  if (bytes === undefined) return undefined;
  const document: XmlNode = new DOMParser().parseFromString(decodeText(bytes).text, 'text/xml');
  return [...document.childNodes].find((node) => node.nodeType === elementNode);
}

const elementNode = 1;

/** An element's name without its prefix. */
export function localName(node: XmlNode): string {
  return node.nodeName.slice(node.nodeName.indexOf(':') + 1);
}

export function childrenOf(node: XmlNode | undefined, name?: string): XmlNode[] {
  return [...(node?.childNodes ?? [])].filter(
    (child) => child.nodeType === elementNode && (name === undefined || localName(child) === name),
  );
}

/** The first element on a path of names below a node. */
export function at(node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>((found, name) => childrenOf(found, name)[0], node);
}

/** Every element of a name below a node, in order; what is inside of one is not looked through. */
export function* allOf(node: XmlNode | undefined, name: string): Generator<XmlNode> {
  for (const child of childrenOf(node)) {
    if (localName(child) === name) yield child;
    else yield* allOf(child, name);
  }
}

export function attribute(node: XmlNode | undefined, name: string): string {
  return node?.getAttribute?.(name) ?? '';
}

export function textOf(node: XmlNode | undefined): string {
  return (node?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** The name in the archive of what a part refers to: only ever a name to look up, wherever it points. Pure. */
export function partName(from: string, reference: string): string {
  const path = reference.startsWith('/') ? reference.slice(1) : posix.join(posix.dirname(from), reference);
  return posix.normalize(path);
}
