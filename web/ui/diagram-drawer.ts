import {
  asReport,
  type DiagramLook,
  type DrawOrder,
  type DrawReport,
  mostCharacters,
  mostEdges,
  mostPicture,
} from '../diagrams/messages.ts';
import { t } from '../i18n/translate.ts';

/** A picture as a file, with its size in pixels, or in words why there is none. */
export type Drawing = { kind: 'picture'; svg: Blob; width: number; height: number } | { kind: 'none'; reason: string };

const times = { loadMs: 20_000, drawMs: 5000 };

/** Draws diagrams in a hidden frame that has no origin, no network and its own process where the browser gives it one. The frame is made with the first order and
 *  serves all; one that takes too long is thrown away, and the next order makes another. */
export class DiagramDrawer {
  #frame: Promise<HTMLIFrameElement> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** @param signal  an order that is no longer wanted when its turn comes is not drawn */
  async draw(source: string, look: DiagramLook, signal: AbortSignal): Promise<Drawing> {
    if (source.length > mostCharacters)
      return none(t('it is longer than {count, number} characters.', { count: mostCharacters }));
    const drawn = this.#last.then(() => (signal.aborted ? none(t('nobody waits for it.')) : this.#draw(source, look)));
    this.#last = drawn;
    return drawn;
  }

  async #draw(source: string, look: DiagramLook): Promise<Drawing> {
    this.#frame ??= openFrame();
    const frame = await this.#frame.catch(() => undefined);
    if (!frame) {
      this.#frame = undefined;
      return none(t('what draws diagrams could not be loaded. Try again when the page is opened the next time.'));
    }
    this.#count += 1;
    const order: DrawOrder = { id: this.#count, source, look };
    const report = hear(frame, times.drawMs, (each) => each.kind !== 'ready' && each.id === order.id);
    // A frame without an origin can be named by no address.
    frame.contentWindow?.postMessage(order, '*');
    try {
      return drawingOf(await report);
    } catch {
      frame.remove();
      this.#frame = undefined;
      return none(t('it takes longer than {count, number} seconds.', { count: times.drawMs / 1000 }));
    }
  }
}

const none = (reason: string): Drawing => ({ kind: 'none', reason });

function drawingOf(report: DrawReport): Drawing {
  if (report.kind === 'drawn') {
    const { svg, width, height } = report;
    if (svg.length > mostPicture.characters || Math.max(width, height) > mostPicture.side)
      return none(t('its picture is too large.'));
    return { kind: 'picture', svg: new Blob([svg], { type: 'image/svg+xml' }), width, height };
  }
  if (report.kind === 'ready') return none(t('it is not understood.'));
  switch (report.reason) {
    case 'unknown_kind':
      return none(t('its first line names no kind of diagram.'));
    case 'too_many_edges':
      return none(t('it has more than {count, number} connections.', { count: mostEdges }));
    case 'not_understood':
      return none(
        report.line === undefined
          ? t('it is not understood.')
          : t('line {line} is not understood.', { line: report.line }),
      );
  }
}

async function openFrame(): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = '/diagrams/';
  frame.title = t('Draws diagrams');
  frame.tabIndex = -1;
  frame.ariaHidden = 'true';
  frame.className = 'diagram-frame';
  const isReady = hear(frame, times.loadMs, ({ kind }) => kind === 'ready');
  document.body.append(frame);
  try {
    await isReady;
    return frame;
  } catch (error) {
    frame.remove();
    throw error;
  }
}

/** The next report of a frame that is waited for. Rejects when it does not come in time. */
function hear(frame: HTMLIFrameElement, withinMs: number, isIt: (report: DrawReport) => boolean): Promise<DrawReport> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      globalThis.removeEventListener('message', onMessage);
    };
    const onMessage = ({ source, data }: MessageEvent<unknown>) => {
      if (source === null || source !== frame.contentWindow) return;
      const report = asReport(data);
      if (!report || !isIt(report)) return;
      end();
      resolve(report);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error('no report in time'));
    }, withinMs);
    globalThis.addEventListener('message', onMessage);
  });
}
