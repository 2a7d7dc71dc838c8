import { parentPort, workerData } from 'node:worker_threads';
import type { ParsedDocument } from './parsed-document.ts';
import { splitPassages } from './split-passages.ts';

/** Splits one document and ends. */
const document: Pick<ParsedDocument, 'text' | 'headings' | 'pages'> = workerData;
parentPort?.postMessage(splitPassages(document));
