import { memo, useEffect, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useIsNear } from '../../ui/use-is-near.ts';
import { drawPage } from './draw-page.ts';
import type { PageQuote } from './locate-quote.ts';
import type { OpenedPdf } from './open-pdf.ts';

/** One page of a PDF. It is drawn while it is close to what is seen, and gives its memory back when it is not. */
export const PdfPage = memo(function PdfPage(props: PdfPageProps) {
  const { pdf, number, width, usualShape, quote, onDrawn } = props;
  const [ref, isNear] = useIsNear('50% 0px');
  const [shape, setShape] = useState(usualShape);
  const [hasFailed, setHasFailed] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isNear || !canvas.current || !words.current) return undefined;
    const leaving = new AbortController();
    const surface = { canvas: canvas.current, words: words.current };
    const draw = async () => {
      const { mark } = await drawPage(pdf, {
        number,
        width,
        quote,
        surface,
        onShape: setShape,
        signal: leaving.signal,
      });
      if (leaving.signal.aborted) return;
      setHasFailed(false);
      onDrawn(number, mark);
    };
    draw().catch(() => setHasFailed(!leaving.signal.aborted));
    return () => leaving.abort();
  }, [pdf, number, width, quote, isNear, onDrawn]);
  return (
    <div
      ref={ref}
      role="group"
      aria-label={t('Page {page}', { page: number })}
      className="relative overflow-hidden rounded-sm bg-white shadow-float"
      style={{ aspectRatio: String(shape) }}
    >
      {isNear && (
        <>
          <canvas ref={canvas} aria-hidden className="absolute inset-0 size-full" />
          <div ref={words} className="pdf-words" />
        </>
      )}
      {hasFailed && (
        <p className="absolute inset-0 p-4 text-sm text-black">{t('Page {page} cannot be drawn.', { page: number })}</p>
      )}
    </div>
  );
});
type PdfPageProps = {
  pdf: OpenedPdf;
  number: number;
  /** In CSS pixels. */
  width: number;
  /** Width by height, until the page says its own. */
  usualShape: number;
  quote: PageQuote | undefined;
  /** Told the first word that is marked on the page. */
  onDrawn(page: number, mark: HTMLElement | undefined): void;
};
