import { median } from './lines.ts';

export type WriterSample = { perSecond: number; p50Ms: number };

/** As many writers as told, each with one append under way, for so long. */
export async function sampleWriters(
  writers: number,
  windowMs: number,
  append: (i: number) => unknown,
): Promise<WriterSample> {
  const spentMs: number[] = [];
  const startMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (performance.now() - startMs < windowMs) {
        const from = performance.now();
        await append(next++);
        spentMs.push(performance.now() - from);
      }
    }),
  );
  return { perSecond: (spentMs.length / (performance.now() - startMs)) * 1000, p50Ms: median(spentMs) };
}
