import { AppError } from '../errors.ts';

/** The requests of one kind that are under way: bounded in all, and for each caller. */
export type Gate = {
  readonly count: number;
  /** Takes a place among all.
   *  @throws AppError overloaded */
  enter(): Place;
};

export type Place = {
  /** Says whose request it is, once that is known.
   *  @throws AppError too_many_requests when this caller has as many under way as one may */
  belongsTo(caller: string): void;
  /** Gives the place back; again is no error. */
  leave(): void;
};

export type GateBounds = {
  inAll: number;
  perCaller: number;
  /** While the server is late a caller may have only this many: who asks for little is then still served at once. */
  perCallerWhenLate?: number;
  isLate?(): boolean;
};

export function createGate(bounds: GateBounds): Gate {
  const { inAll, perCaller: perCallerInTime, perCallerWhenLate = perCallerInTime, isLate = () => false } = bounds;
  const perCaller = new Map<string, number>();
  let count = 0;

  function enter(): Place {
    if (count >= inAll) throw new AppError('overloaded', { retryAfterSeconds: 1 });
    count += 1;
    let owner: string | undefined;
    let hasLeft = false;
    return {
      belongsTo(caller) {
        const mine = perCaller.get(caller) ?? 0;
        if (mine >= (isLate() ? perCallerWhenLate : perCallerInTime)) {
          throw new AppError('too_many_requests', {
            detail: 'Too many of your requests are under way at once. Wait for some of them.',
            retryAfterSeconds: 1,
          });
        }
        if (hasLeft) return;
        owner = caller;
        perCaller.set(caller, mine + 1);
      },
      leave() {
        if (hasLeft) return;
        hasLeft = true;
        count -= 1;
        if (owner === undefined) return;
        const left = (perCaller.get(owner) ?? 1) - 1;
        if (left > 0) perCaller.set(owner, left);
        else perCaller.delete(owner);
      },
    };
  }

  return {
    get count() {
      return count;
    },
    enter,
  };
}
