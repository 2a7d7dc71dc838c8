import { clsx } from 'clsx';
import { Download, ZoomIn, ZoomOut } from 'lucide-react';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { DocumentText } from '../../../src/contract/documents.ts';
import { originalOf } from '../../api/knowledge.ts';
import { t } from '../../i18n/translate.ts';
import { IconButton } from '../../ui/button.tsx';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import { Pane } from '../pane.tsx';
import type { OpenedPdf } from './open-pdf.ts';
import { pageQuotes } from './page-quotes.ts';
import { PdfPage } from './pdf-page.tsx';
import { usePdf } from './use-pdf.ts';

/** The pages of a PDF as they look, opened where the asked words stand. */
export function PdfPane(props: PdfPaneProps) {
  const [tries, setTries] = useState(0);
  return (
    <OpenedPane
      key={`${props.documentId} ${props.text.version} ${tries}`}
      {...props}
      onRetry={() => setTries(tries + 1)}
    />
  );
}
type PdfPaneProps = {
  documentId: string;
  text: DocumentText;
  range: { start?: number | undefined; end?: number | undefined };
};

function OpenedPane({ documentId, text, range, onRetry }: PdfPaneProps & { onRetry(): void }) {
  const state = usePdf(documentId, text.version);
  const { start, end } = range;
  const quotes = useMemo(() => pageQuotes(text, { start, end }), [text, start, end]);
  const [firstPage] = quotes.keys();
  const [missing, setMissing] = useState<number>();
  const [zoom, setZoom] = useState(1);
  const pages = state.phase === 'open' ? state.pdf.pageCount : text.pages.length;
  return (
    <Pane
      label={t('Original')}
      bar={
        <>
          <span className="flex-1">
            {t('Original')} · {t('{count, plural, =1 {one page} other {# pages}}', { count: pages })}
          </span>
          <Zoom zoom={zoom} onZoom={setZoom} />
        </>
      }
      className="bg-sunken"
    >
      {missing !== undefined && missing === firstPage && (
        <p role="status" className="sticky top-0 z-10 border-b border-line bg-warn-soft px-4 py-2 text-sm text-warn">
          {t('The words could not be found on the drawn page. This is the page they were read from, page {page}.', {
            page: missing,
          })}
        </p>
      )}
      {state.phase === 'loading' && <Skeleton lines={10} className="p-6" />}
      {state.phase === 'missing' && <Failure error={state.error} onRetry={onRetry} className="m-4" />}
      {state.phase === 'unreadable' && (
        <Empty title={t('This PDF cannot be drawn here.')}>
          <a
            href={originalOf(documentId, text.version)}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex items-center gap-1.5 link"
          >
            <Download aria-hidden className="size-3.5" /> {t('Download the original')}
          </a>
        </Empty>
      )}
      {state.phase === 'open' && (
        <Pages key={`${start} ${end}`} pdf={state.pdf} quotes={quotes} zoom={zoom} onMissing={setMissing} />
      )}
    </Pane>
  );
}

const zooms = [1, 1.5, 2, 3];

function Zoom({ zoom, onZoom }: { zoom: number; onZoom(zoom: number): void }) {
  const at = zooms.indexOf(zoom);
  const [smaller, larger] = [zooms[at - 1], zooms[at + 1]];
  return (
    <span className="flex items-center">
      <IconButton
        label={t('Smaller')}
        className="size-7!"
        disabled={smaller === undefined}
        onClick={() => onZoom(smaller ?? zoom)}
      >
        <ZoomOut aria-hidden />
      </IconButton>
      <IconButton
        label={t('Larger')}
        className="size-7!"
        disabled={larger === undefined}
        onClick={() => onZoom(larger ?? zoom)}
      >
        <ZoomIn aria-hidden />
      </IconButton>
    </span>
  );
}

type PagesProps = {
  pdf: OpenedPdf;
  quotes: ReturnType<typeof pageQuotes>;
  /** 1 fits the pane. */
  zoom: number;
  /** Told the page whose words were not found on it; nothing once they are. */
  onMissing(page: number | undefined): void;
};

/** A4, until a page says its own. */
const usualShape = 210 / 297;

function Pages({ pdf, quotes, zoom, onMissing }: PagesProps) {
  const list = useRef<HTMLOListElement>(null);
  const width = useWidth(list);
  useKeptPlace(list, width);
  const shape = useFirstShape(pdf);
  const [firstPage] = quotes.keys();
  const first = useRef<HTMLLIElement>(null);
  const isLaidOut = width > 0 && shape !== undefined;
  useEffect(() => {
    if (isLaidOut) first.current?.scrollIntoView({ block: 'start' });
  }, [isLaidOut]);
  // Once: a page that comes near again is drawn again, and whoever went on reading is not brought back.
  const wasShown = useRef(false);
  const onDrawn = useCallback(
    (page: number, mark: HTMLElement | undefined) => {
      if (page !== firstPage) return;
      onMissing(mark ? undefined : page);
      if (!wasShown.current) mark?.scrollIntoView({ block: 'center' });
      wasShown.current = true;
    },
    [firstPage, onMissing],
  );
  return (
    <ol
      ref={list}
      aria-label={t('Pages')}
      // What is between pages grows with them: else a page would not stay where it is read.
      className={clsx('p-[2.5%] *:mb-[2.5%]', zoom === 1 && 'mx-auto max-w-3xl')}
      style={{ width: `${zoom * 100}%` }}
    >
      {isLaidOut &&
        Array.from({ length: pdf.pageCount }, (_, index) => index + 1).map((number) => (
          <li key={number} ref={number === firstPage ? first : undefined} className="scroll-mt-12">
            <PdfPage
              pdf={pdf}
              number={number}
              width={width}
              usualShape={shape}
              quote={quotes.get(number)}
              onDrawn={onDrawn}
            />
          </li>
        ))}
    </ol>
  );
}

/** The width there is for a page, in CSS pixels; 0 until that is known. */
function useWidth(list: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!list.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(list.current);
    return () => observer.disconnect();
  }, [list]);
  return width;
}

/** Pages that become larger or smaller stay where they are read. */
function useKeptPlace(list: RefObject<HTMLElement | null>, width: number): void {
  const before = useRef(width);
  useLayoutEffect(() => {
    const pane = list.current?.closest('[data-pane]');
    if (pane && before.current > 0) pane.scrollTop *= width / before.current;
    before.current = width;
  }, [list, width]);
}

/** The shape of the first page, width by height: others most often have it too, and keep their place with it until they are drawn. */
function useFirstShape(pdf: OpenedPdf): number | undefined {
  const [shape, setShape] = useState<number>();
  useEffect(() => {
    let isHere = true;
    const measure = async () => {
      const page = await pdf.page(1);
      const { width, height } = page.getViewport({ scale: 1 });
      return width / height;
    };
    const keep = (measured: number) => isHere && setShape(measured);
    measure().then(keep, () => keep(usualShape));
    return () => {
      isHere = false;
    };
  }, [pdf]);
  return shape;
}
