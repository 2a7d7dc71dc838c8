import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Names the machine's current boot, alike for all its processes: monotonic clock readings compare only within one. */
export function readBootId(nowMs: number): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    const bootedAtSeconds = Math.round((nowMs / 1000 - uptime()) / 10) * 10;
    return `booted-${bootedAtSeconds}`;
  }
}
