import { expect, it, vi } from 'vitest';
import { shareResult } from './share-result.ts';

it('works once for everybody who asks meanwhile and a moment after, then anew', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    let begun = 0;
    const ends: ((result: number) => void)[] = [];
    const ask = shareResult(1_000, () => {
      begun += 1;
      return new Promise<number>((end) => ends.push(end));
    });
    const asked = [ask(), ask()];
    vi.advanceTimersByTime(60_000);
    asked.push(ask());
    ends[0]?.(7);
    expect(await Promise.all(asked)).toEqual([7, 7, 7]);
    vi.advanceTimersByTime(999);
    expect(await ask()).toBe(7);
    expect(begun).toBe(1);
    vi.advanceTimersByTime(1);
    const next = ask();
    ends[1]?.(8);
    expect(await next).toBe(8);
    expect(begun).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
