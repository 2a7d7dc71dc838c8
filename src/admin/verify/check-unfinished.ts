import type { VerifyReads, VerifyUnfinished } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

/** Unfinished turns looked at: queues are bounded far below it. */
const maxUnfinished = 100_000;

/** The machine's boot and monotonic clock that leases are read against, and how many turns the server runs at once. */
export type LiveTime = { bootId: string; nowMs: number; maxRunning: number };

/** Reports what is under way (I5). A start continues all of it, so on a store that nobody serves it is no breach. */
export async function noteUnfinished(read: VerifyReads, { I5 }: Checks): Promise<void> {
  const turns = await read.unfinishedTurns({ limit: maxUnfinished });
  I5.see('unfinished turns', turns.length);
  const count = (state: string) => turns.filter((turn) => turn.state === state).length;
  if (turns.length === 0) return;
  const states = `${count('running')} running, ${count('queued')} queued, ${count('waiting_approval')} waiting for approval`;
  I5.note(`${states}: they will be continued`);
}

/** Turns that nobody holds at this moment although somebody might: a lease that is over, or the next of a session not taken while
 *  the server has room. One that is here at two looks `lookAgainMs` apart is left alone. */
export async function overdueTurns(read: VerifyReads, live: LiveTime): Promise<string[]> {
  const turns = await read.unfinishedTurns({ limit: maxUnfinished });
  const running = turns.filter((turn) => turn.state === 'running');
  const lost = running.filter((turn) => turn.lease_boot !== live.bootId || (turn.lease_until_ms ?? 0) < live.nowMs);
  const hasRoom = running.length < live.maxRunning;
  const waiting = turns.filter((turn) => turn.state === 'queued' && turn.is_next === 1 && hasRoom);
  return [...lost, ...waiting].map(describe);
}

/** A lost turn is taken over within 2 s after its lease, a queued one within 2.5 s (durability.md P5, F16). */
export const lookAgainMs = 3_000;

/** Names the turn with what changes whenever somebody takes or renews it. */
function describe(turn: VerifyUnfinished): string {
  const lease = turn.state === 'running' ? ` fence ${turn.fence} lease ${turn.lease_until_ms ?? 'none'}` : '';
  return `turn ${turn.turn_id} is ${turn.state}${lease}, and nobody has it`;
}
