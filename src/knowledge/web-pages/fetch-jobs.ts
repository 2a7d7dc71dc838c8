import type { JobWork } from '../ingest/run-jobs.ts';
import { type FetchDocumentPorts, fetchDocument } from './fetch-document.ts';
import { tellFault } from './page-fault.ts';

/** Pages fetched at once: they wait for other machines, and none waits for the documents that are read. */
const maxRunning = 4;

/** The jobs that get documents from web addresses. */
export function fetchJobs(ports: FetchDocumentPorts): JobWork {
  return {
    kind: 'fetch',
    maxRunning,
    work: (job, signal) => fetchDocument(ports, job, signal),
    tell: tellFault,
  };
}
