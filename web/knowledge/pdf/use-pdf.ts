import { useEffect, useState } from 'react';
import { ApiError } from '../../api/errors.ts';
import { fetchOriginal } from '../../api/knowledge.ts';
import { type OpenedPdf, openPdf } from './open-pdf.ts';

export type PdfState =
  | { phase: 'loading' }
  | { phase: 'open'; pdf: OpenedPdf }
  /** The file did not come. */
  | { phase: 'missing'; error: ApiError }
  /** The file came and cannot be drawn. */
  | { phase: 'unreadable' };

/** The original of a document's version as a PDF, for as long as a page shows it. */
export function usePdf(documentId: string, version: number): PdfState {
  const [state, setState] = useState<PdfState>({ phase: 'loading' });
  useEffect(() => {
    const leaving = new AbortController();
    let pdf: OpenedPdf | undefined;
    const open = async () => {
      const bytes = await fetchOriginal(documentId, version, leaving.signal);
      pdf = await openPdf(bytes);
      if (leaving.signal.aborted) pdf.close();
      else setState({ phase: 'open', pdf });
    };
    open().catch((error: unknown) => {
      if (leaving.signal.aborted) return;
      setState(error instanceof ApiError ? { phase: 'missing', error } : { phase: 'unreadable' });
    });
    return () => {
      leaving.abort();
      pdf?.close();
    };
  }, [documentId, version]);
  return state;
}
