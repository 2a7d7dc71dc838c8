import { finalTurnStates, type StreamedEvent } from '../../src/contract/events.ts';
import { waitFor } from '../wait-for.ts';

/** How long turns take, as their readers see it: from one's own message to the end. */
export class TurnPace {
  readonly #begunMs = new Map<string, number>();
  #tookMs: number[] = [];

  readonly see = (event: StreamedEvent): void => {
    const { turn_id: turnId } = event;
    if (turnId === undefined) return;
    if (event.type === 'user_message') this.#begunMs.set(turnId, performance.now());
    if (event.type !== 'turn_state' || !finalTurnStates.has(event.state)) return;
    const begunMs = this.#begunMs.get(turnId);
    this.#begunMs.delete(turnId);
    if (begunMs !== undefined) this.#tookMs.push(performance.now() - begunMs);
  };

  /** Waits for so many turns to end.
   *  @returns how long each of those took that ended since it was last asked, in milliseconds */
  async next(least: number): Promise<number[]> {
    await waitFor(`${least} turns that end`, () => this.#tookMs.length >= least);
    const taken = this.#tookMs;
    this.#tookMs = [];
    return taken;
  }
}
