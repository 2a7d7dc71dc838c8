import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Watches what this process holds in memory from here on; what nobody holds any more does not count. */
export function watchMemory() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = () => {
    // What the first time found, a thread beside frees; the second time waits for it.
    collect();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = held();
  let most = before;
  let looks = 0;
  return {
    look() {
      looks += 1;
      most = Math.max(most, held());
    },
    get looks() {
      return looks;
    },
    mostBytes: () => most - before,
  };
}
