import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';

/** Debian's library that tells a process another wall clock. */
const library = () =>
  ['/usr/lib/*/faketime/libfaketimeMT.so.1', '/usr/lib/faketime/libfaketimeMT.so.1'].flatMap((each) =>
    globSync(each),
  )[0];

/** The environment of a process whose wall clock is so many seconds ahead, or behind when negative. Its monotonic clock is that of the machine.
 *  @throws Error on a machine without libfaketime */
export function wrongClock(aheadSeconds: number): Record<string, string> {
  const path = library();
  if (path === undefined) throw new Error('libfaketime is not installed');
  return {
    LD_PRELOAD: path,
    FAKETIME: `${aheadSeconds >= 0 ? '+' : ''}${aheadSeconds}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** Why processes of this machine cannot be told another wall clock alone; undefined where they can. */
export function clockObstacle(): string | undefined {
  if (library() === undefined) return 'faketime is not installed';
  const aheadSeconds = 3_600;
  const program = 'process.stdout.write(JSON.stringify([Date.now(), Number(process.hrtime.bigint() / 1000000n)]))';
  const { stdout } = spawnSync(process.execPath, ['-e', program], {
    env: wrongClock(aheadSeconds),
    encoding: 'utf8',
    timeout: 30_000,
  });
  const [wallMs, monotonicMs] = JSON.parse(stdout || '[0,0]') as [number, number];
  const wallErrorMs = Math.abs(wallMs - aheadSeconds * 1_000 - Date.now());
  const monotonicErrorMs = Math.abs(monotonicMs - systemClock.monotonicMs());
  if (wallErrorMs > mayTakeMs) return 'faketime does not reach Node here';
  if (monotonicErrorMs > mayTakeMs) return 'faketime changes the monotonic clock here';
  return undefined;
}

/** Starting Node takes part of a second, much more on a machine that others load; an hour it does not take. */
const mayTakeMs = 60_000;
