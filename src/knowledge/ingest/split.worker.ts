import { parentPort, workerData } from 'node:worker_threads';
import { type SplitText, splitText } from './split-text.ts';

/** Splits one text and ends. */
const text: SplitText = workerData;
parentPort?.postMessage(splitText(text));
