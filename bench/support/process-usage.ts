import { readFileSync } from 'node:fs';

/** The kernel's clock tick, which Linux gives to programs as 100 a second everywhere. */
const ticksPerSecond = 100;

/** What a process has used, from /proc: processor time of all its threads, and its resident memory. */
export function readUsage(pid: number): { cpuSeconds: number; residentKib: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold blanks; user and system time are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { cpuSeconds, residentKib: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) };
}
