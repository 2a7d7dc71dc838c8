import type { PDFDocumentProxy, PDFPageProxy, TextLayer } from 'pdfjs-dist';
// The build for browsers of the last years too, not of this month's alone. Vite gives the address of the file.
// oxlint-disable-next-line import/default
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

/** A PDF whose pages can be drawn. Nothing in it is run, and nothing is fetched but PDF.js's own files from this server. */
export type OpenedPdf = {
  pageCount: number;
  page(number: number): Promise<PDFPageProxy>;
  /** Puts the words of a page, invisible, over what is drawn of it. */
  textLayer(options: ConstructorParameters<typeof TextLayer>[0]): TextLayer;
  close(): void;
};

/** Opens a PDF in a worker of its own. The code is fetched when it is first needed.
 *  @param bytes  handed over to the worker: they are gone afterwards
 *  @throws Error for what is no PDF, is damaged or needs a password */
export async function openPdf(bytes: ArrayBuffer): Promise<OpenedPdf> {
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
  pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;
  const task = pdfjs.getDocument({
    data: bytes,
    cMapUrl: `${import.meta.env.PDFJS_FILES}cmaps/`,
    standardFontDataUrl: `${import.meta.env.PDFJS_FILES}standard_fonts/`,
    wasmUrl: `${import.meta.env.PDFJS_FILES}wasm/`,
    // The content security policy lets no script be made of bytes.
    useWasm: false,
    enableXfa: false,
  });
  let pdf: PDFDocumentProxy;
  try {
    pdf = await task.promise;
  } catch (error) {
    void task.destroy();
    throw error;
  }
  return {
    pageCount: pdf.numPages,
    page: (number) => pdf.getPage(number),
    textLayer: (options) => new pdfjs.TextLayer(options),
    close: () => void task.destroy(),
  };
}
