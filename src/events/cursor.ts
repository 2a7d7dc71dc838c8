/** Where the text of the running step ends: an offset in UTF-16 units within (turn, attempt, step). */
export type StepPosition = { turnNo: number; attempt: number; step: number; offset: number };

/** A reader's place in a session: the last durable event it has, and the end of the running step's text it has. */
export type Cursor = { seq: number; running?: StepPosition };

const pattern = /^(\d{1,15})(?:\.(\d{1,9})\.(\d{1,4})\.(\d{1,6})\.(\d{1,9}))?$/;

/** `<seq>`, or `<seq>.<turn_no>.<attempt>.<step>.<offset>` while a turn runs. */
export function formatCursor(cursor: Cursor): string {
  const { seq, running } = cursor;
  return running ? `${seq}.${running.turnNo}.${running.attempt}.${running.step}.${running.offset}` : `${seq}`;
}

/** Undefined for what no stream ever sent. */
export function parseCursor(text: string): Cursor | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, seq, turnNo, attempt, step, offset] = match;
  if (turnNo === undefined) return { seq: Number(seq) };
  return {
    seq: Number(seq),
    running: { turnNo: Number(turnNo), attempt: Number(attempt), step: Number(step), offset: Number(offset) },
  };
}
