import { FetchFault } from '../../http/fetch-fault.ts';
import { ParseError } from '../ingest/parse-error.ts';

/** Why a page did not become a document, in words for whoever named it. */
const pageFaults = {
  refused_by_robots:
    'The site asks programs not to read this page (robots.txt). If you may use it, save it in your browser and upload the file.',
  robots_unknown: 'What programs may read of this site could not be found out (robots.txt), so the page was not read.',
  not_there: 'There is no page at that address. Check it in your browser.',
  not_for_everybody:
    'The site shows this page only to those who may see it, and Perdure signs in nowhere. Save it in your browser and upload the file.',
  site_failing: 'The site could not give out this page.',
  no_page: 'The site gave no page to be read at that address.',
  empty: 'The page at that address is empty.',
  archive: 'At that address there is an archive now, and a document is not read from one.',
  already_here: 'The corpus has the same content already.',
} as const;

export type PageFaultCode = keyof typeof pageFaults;

/** Thrown when a page cannot become a document. `message` is complete and fit for the user's eyes. */
export class PageFault extends Error {
  readonly code: PageFaultCode;

  constructor(code: PageFaultCode, message?: string) {
    super(message ?? pageFaults[code]);
    this.name = 'PageFault';
    this.code = code;
  }
}

/** What is told of a fetch that failed, and whether it may go better by itself soon. Pure. */
export function tellFault(error: unknown): { code: string; message: string; isFinal: boolean } {
  if (error instanceof PageFault || error instanceof FetchFault || error instanceof ParseError) {
    return { code: error.code, message: error.message, isFinal: !passing.has(error.code) };
  }
  const message =
    'The server could not store this page. Retry; if it fails once more, ask your administrator to look at the log.';
  return { code: 'fetch_failed', message, isFinal: false };
}

const passing: ReadonlySet<string> = new Set(['no_answer', 'not_whole', 'robots_unknown', 'site_failing']);
