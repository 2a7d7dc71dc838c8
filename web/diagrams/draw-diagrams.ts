import mermaid from 'mermaid';
import { colours } from './colours.ts';
import type { DrawOrder, DrawReport } from './messages.ts';
import { mostCharacters, mostEdges } from './messages.ts';

// The page that made this frame is of the address the frame was loaded from, and no other hears what is said here.
const report = (said: DrawReport) => parent.postMessage(said, location.origin);

/** One after the other: Mermaid measures in this document. */
let last = Promise.resolve();
addEventListener('message', ({ source, data }: MessageEvent<DrawOrder>) => {
  if (source !== parent) return;
  last = last.then(() => draw(data)).then(report);
});
report({ kind: 'ready' });

async function draw({ id, source, look }: DrawOrder): Promise<DrawReport> {
  configure(look);
  try {
    const { svg } = await mermaid.render(`diagram-${id}`, source);
    return { kind: 'drawn', id, ...asFile(svg) };
  } catch (error) {
    return { kind: 'refused', id, ...refusalOf(error instanceof Error ? error.message : '') };
  } finally {
    document.body.replaceChildren();
  }
}

/** @param message  of Mermaid, which has no codes */
function refusalOf(message: string): Pick<Extract<DrawReport, { kind: 'refused' }>, 'reason' | 'line'> {
  if (/no diagram type detected/i.test(message)) return { reason: 'unknown_kind', line: undefined };
  if (/edge limit exceeded|too many edges/i.test(message)) return { reason: 'too_many_edges', line: undefined };
  const line = /\bline:? (\d+)/i.exec(message)?.[1];
  return { reason: 'not_understood', line: line === undefined ? undefined : Number(line) };
}

function configure(look: DrawOrder['look']): void {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    // A picture that an <img> shows has no text but SVG's own.
    htmlLabels: false,
    suppressErrorRendering: true,
    maxTextSize: mostCharacters,
    maxEdges: mostEdges,
    // The other one, ELK, is 1.5 MB of script.
    layout: 'dagre',
    look: 'classic',
    theme: 'base',
    darkMode: look === 'dark',
    themeVariables: colours[look],
    fontFamily: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif',
    secure: [
      'secure',
      'securityLevel',
      'startOnLoad',
      'maxTextSize',
      'maxEdges',
      'suppressErrorRendering',
      'htmlLabels',
      'layout',
      'theme',
      'themeVariables',
      'themeCSS',
      'darkMode',
      'fontFamily',
      'dompurifyConfig',
    ],
  });
}

/** The picture as a file: well-formed, as large as it was drawn, and leading nowhere. */
function asFile(markup: string): { svg: string; width: number; height: number } {
  const svg = new DOMParser().parseFromString(markup, 'text/html').querySelector('svg');
  const [, , width = 0, height = 0] = (svg?.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (!svg || !(width > 0) || !(height > 0)) throw new Error('no picture');
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  for (const element of svg.querySelectorAll('*'))
    for (const name of element.getAttributeNames())
      if (/(?:^|:)href$/.test(name) && !element.getAttribute(name)?.startsWith('#')) element.removeAttribute(name);
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}
