import { type IngestPorts, ingestDocument } from './ingest-document.ts';
import { ParseError } from './parse-error.ts';
import type { JobWork } from './run-jobs.ts';

/** Documents worked on at once: while one is embedded, another is read. */
const maxRunning = 2;

/** The jobs that read, split and embed documents. */
export function ingestJobs(ports: IngestPorts): JobWork {
  return {
    kind: 'ingest',
    maxRunning,
    work: (job, signal) => ingestDocument(ports, job, signal),
    tell(error) {
      if (error instanceof ParseError)
        return { code: error.code, message: error.message, isFinal: error.code !== 'stopped' };
      const message =
        'The server could not work on this file. Upload it again; if it fails once more, ask your administrator to look at the log.';
      return { code: 'ingest_failed', message, isFinal: false };
    },
  };
}
