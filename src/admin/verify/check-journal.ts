import { z } from 'zod';
import { finalTurnStates } from '../../contract/events.ts';
import type { VerifyPiece, VerifyReads, VerifyStep } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

const piecesPage = 1_000;
/** Finished steps kept at once, with texts of at most 1 MiB. */
const maxKeptSteps = 96;

type Step = VerifyStep & {
  /** The end of the text so far, of which attempt. */
  end: { attempt: number; offset: number };
  /** The stored message's text; undefined when there is none or it was erased. */
  text: string | undefined;
  /** One breach a step says enough. */
  isReported: boolean;
};

/** Holds shown text against the log (I3): of a step under way it is gapless from 0 in each attempt, and of a finished step it is what
 *  the message says, where the attempt that stored the message showed it. Rows that nobody needs any more are only counted. */
export async function checkJournal(read: VerifyReads, checks: Checks): Promise<void> {
  const steps = new Map<string, Step | undefined>();
  let after = 0;
  for (;;) {
    const pieces = await read.piecesFrom({ after, limit: piecesPage });
    for (const piece of pieces) {
      const key = `${piece.turn_id} ${piece.step}`;
      if (!steps.has(key)) {
        const stored = await read.stepOf({ turnId: piece.turn_id, step: piece.step });
        makeRoom(steps);
        steps.set(
          key,
          stored && { ...stored, end: { attempt: 0, offset: 0 }, text: textOf(stored), isReported: false },
        );
      }
      checkPiece(checks, piece, steps.get(key));
    }
    const last = pieces.at(-1);
    if (!last) return;
    after = last.id;
  }
}

function checkPiece({ I3 }: Checks, piece: VerifyPiece, step: Step | undefined): void {
  const isUnderWay = step?.state === 'running' && piece.step >= step.step && piece.id >= step.journal_from;
  I3.see(isUnderWay ? 'pieces under way' : 'pieces of finished steps');
  if (!step || step.isReported) return;
  const fault = isUnderWay ? faultUnderWay(piece, step) : faultOfFinished(piece, step);
  if (fault === undefined) return;
  step.isReported = true;
  I3.breach(`turn ${piece.turn_id} attempt ${piece.attempt} step ${piece.step}: ${fault}`);
}

function faultUnderWay(piece: VerifyPiece, step: Step): string | undefined {
  if (piece.step > step.step) return `text is shown, the turn is at step ${step.step}`;
  if (piece.attempt > step.attempt) return `text is shown, the turn is at attempt ${step.attempt}`;
  if (piece.attempt < step.end.attempt) return `text is shown after attempt ${step.end.attempt} began`;
  const expected = piece.attempt === step.end.attempt ? step.end.offset : 0;
  step.end = { attempt: piece.attempt, offset: piece.offset + piece.text.length };
  if (piece.offset !== expected) return `text goes on at ${piece.offset}, it ended at ${expected}`;
  return isWhole(piece) ? undefined : `the text at ${piece.offset} is not well-formed`;
}

function faultOfFinished(piece: VerifyPiece, step: Step): string | undefined {
  const isKept = step.message !== undefined;
  const wasStopped = finalStates.has(step.state) && step.state !== 'done';
  if (!isKept) return wasStopped && piece.step === step.step ? 'text was shown and is not kept' : undefined;
  if (step.text === undefined || step.message?.attempt !== piece.attempt) return undefined;
  const isPart = step.text.startsWith(piece.text, piece.offset);
  return isPart ? undefined : `the text shown at ${piece.offset} is not what the message says`;
}

const finalStates: ReadonlySet<string> = finalTurnStates;
const message = z.object({ text: z.string() });

function textOf({ message: stored }: VerifyStep): string | undefined {
  if (!stored) return undefined;
  try {
    return message.safeParse(JSON.parse(stored.payload)).data?.text;
  } catch {
    return undefined;
  }
}

/** Bytes that are no UTF-8 are read as replacements, which are longer or shorter than what lies in the file. */
function isWhole({ text, bytes }: VerifyPiece): boolean {
  return text !== '' && text.isWellFormed() && !text.includes('\0') && Buffer.byteLength(text) === bytes;
}

/** What is under way stays: its end so far is needed at its next piece. */
function makeRoom(steps: Map<string, Step | undefined>): void {
  if (steps.size < maxKeptSteps) return;
  for (const [key, step] of steps) if (step?.state !== 'running') steps.delete(key);
}
