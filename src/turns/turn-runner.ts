import { createLeaseRunner, type Hold, type LeasePorts, type LeaseRunner } from '../events/leases/lease-runner.ts';
import type { ClaimedTurn } from '../store/commands/claim-turn.ts';

export type TurnRunnerPorts = LeasePorts & {
  /** Runs one claimed turn to its end, or until the signal aborts. It never throws. */
  runTurn(turn: ClaimedTurn, signal: AbortSignal): Promise<void>;
  /** The window, in tokens, of the model that the next turn is likely to be answered with. */
  windowTokens(): number;
  /** Turns this process runs at once; more wait in the store. */
  maxRunning: number;
  /** Turns of one author that run at once, in all processes together. */
  maxRunningOfAuthor: number;
  /** Called whenever another process is seen to run turns: they may have to be gone on with here. */
  onTurnsElsewhere(): void;
};

const maxAttempts = 3;
/** What a turn is reckoned to take beside its conversation until it ends: instructions, tools, the passages found and the answer. */
const answerTokens = 4_000;

/** Claims turns, and notices when somebody stops one or takes it over. */
export function createTurnRunner(ports: TurnRunnerPorts): LeaseRunner {
  const { store, clock, log } = ports;
  return createLeaseRunner<ClaimedTurn>(ports, {
    topic: 'turns',
    maxRunning: ports.maxRunning,
    holdOf: ({ turnId, fence }) => ({ id: turnId, fence }),
    async claim(lease, goneAmong) {
      const owners = await store.read.turnOwners({});
      if (owners.some((owner) => owner !== ports.presence.instanceId)) ports.onTurnsElsewhere();
      const goneInstances = await goneAmong(owners);
      const { maxRunningOfAuthor } = ports;
      return store.write.claimTurn({
        lease,
        goneInstances,
        maxAttempts,
        maxRunningOfAuthor,
        reserve: { windowTokens: ports.windowTokens(), answerTokens },
        at: clock.now(),
      });
    },
    renew: (lease, held) => store.write.renewTurnLeases({ lease, held: toTurns(held) }),
    stillHeld: (held) => store.read.heldTurns({ held: toTurns(held) }),
    run(turn, signal) {
      log.info('turn_claimed', { turnId: turn.turnId, attempt: turn.attempt });
      return ports.runTurn(turn, signal);
    },
    release: ({ id, fence }) => store.write.releaseTurn({ turnId: id, fence }),
  });
}

function toTurns(held: readonly Hold[]): { turnId: string; fence: number }[] {
  return held.map(({ id, fence }) => ({ turnId: id, fence }));
}
