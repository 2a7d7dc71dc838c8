import { asApiError } from '../../api/errors.ts';

/** What came of a test. */
export type Tried = { isGood: boolean; message: string; durationMs: number };

/** What came of a test, also where the server itself refused or could not be reached. */
export async function triedOf(
  asking: Promise<{ problem: string | null; message: string; duration_ms: number }>,
): Promise<Tried> {
  const startedMs = performance.now();
  try {
    const { problem, message, duration_ms: durationMs } = await asking;
    return { isGood: problem === null, message, durationMs };
  } catch (thrown) {
    return {
      isGood: false,
      message: asApiError(thrown).message,
      durationMs: Math.round(performance.now() - startedMs),
    };
  }
}
