import { useEffect, useRef, useState } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';

/** Whether this page showed text of the answer that another attempt then replaced. A page loaded later never had the first text, and needs no
 *  word about it. */
export function useBeganAgain({ attempt, running, steps }: TurnView): boolean {
  const shown = running ?? steps.at(-1);
  const before = useRef<{ step: number; text: string }>(undefined);
  const [beganAgain, setBeganAgain] = useState(false);
  useEffect(() => {
    const last = before.current;
    before.current = shown;
    if (attempt > 1 && last && shown?.step === last.step && !shown.text.startsWith(last.text)) setBeganAgain(true);
  }, [attempt, shown]);
  return beganAgain;
}
