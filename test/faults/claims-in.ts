import { z } from 'zod';

const logLine = z.object({ event: z.string(), turnId: z.string().optional() });

/** Ids of the turns that a server says in its log it claimed, in order; those it claimed again are there again. */
export function claimsIn(log: string): string[] {
  // What stands behind the last line's end is not a whole line yet.
  return log
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes('turn_claimed'))
    .flatMap((line) => logLine.parse(JSON.parse(line)).turnId ?? []);
}
