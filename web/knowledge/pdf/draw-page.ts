import { locateQuote, type PageQuote, type RunPart } from './locate-quote.ts';
import type { OpenedPdf } from './open-pdf.ts';

/** Pixels of a canvas at most, 64 MB of them: a poster is drawn coarser. */
const maxPixels = 16 * 2 ** 20;
/** Finer is not seen. */
const maxPixelRatio = 2;

export type DrawPageOptions = {
  number: number;
  /** In CSS pixels. */
  width: number;
  quote: PageQuote | undefined;
  surface: { canvas: HTMLCanvasElement; words: HTMLElement };
  onShape(widthByHeight: number): void;
  /** Aborts when the page is not seen any more. */
  signal: AbortSignal;
};

/** Draws a page, lays its words over it and marks the quote among them.
 *  @returns the first mark; none when the quote is not found, or there is none
 *  @throws Error when the page cannot be drawn, or is not seen any more */
export async function drawPage(pdf: OpenedPdf, options: DrawPageOptions): Promise<{ mark: HTMLElement | undefined }> {
  const { number, width, quote, surface, onShape, signal } = options;
  const page = await pdf.page(number);
  signal.throwIfAborted();
  const whole = page.getViewport({ scale: 1 });
  onShape(whole.width / whole.height);
  const scale = width / whole.width;
  const pixelRatio = Math.min(
    globalThis.devicePixelRatio || 1,
    maxPixelRatio,
    Math.sqrt(maxPixels / (width * scale * whole.height)),
  );
  const viewport = page.getViewport({ scale: scale * pixelRatio });
  const { canvas, words } = surface;
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  const drawing = page.render({ canvas, viewport });
  signal.addEventListener('abort', () => drawing.cancel(), { once: true });
  await drawing.promise;

  const content = await page.getTextContent();
  signal.throwIfAborted();
  words.replaceChildren();
  words.style.setProperty('--total-scale-factor', String(scale));
  const layer = pdf.textLayer({ textContentSource: content, container: words, viewport: page.getViewport({ scale }) });
  signal.addEventListener('abort', () => layer.cancel(), { once: true });
  await layer.render();
  signal.throwIfAborted();
  const parts = quote && locateQuote(layer.textContentItemsStr, quote);
  return { mark: parts && markParts(layer.textDivs, parts) };
}

/** Puts the parts of runs into `<mark>`; gives the first. */
function markParts(runs: readonly HTMLElement[], parts: readonly RunPart[]): HTMLElement | undefined {
  let first: HTMLElement | undefined;
  for (const { run, start, end } of parts) {
    const element = runs[run];
    const text = element?.textContent;
    if (!element || !text) continue;
    const mark = document.createElement('mark');
    mark.textContent = text.slice(start, end);
    element.replaceChildren(text.slice(0, start), mark, text.slice(end));
    first ??= mark;
  }
  return first;
}
