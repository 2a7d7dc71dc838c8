import type { SseConnection } from './sse.ts';

/** The open streams of this process: bounded in all and for each person, and ended together on a drain. */
export type Streams<Actor> = {
  readonly count: number;
  admit(actor: Actor | undefined): StreamPlace | StreamRefusal;
  /** Ends every stream after what was sent, and admits no more; their readers come back in a moment, elsewhere or later. */
  endAll(): void;
};

export type StreamPlace = { open(connection: SseConnection): void; close(): void };

/** Why there is no place: this person's are taken, all are, or the server is ending. */
export type StreamRefusal = 'yours' | 'all' | 'ending';

/** What readers wait before they come back after a drain, one group after the other: their successor is not asked by all at once. */
const comeBackMs = [300, 450, 600, 750, 900, 1_050];

export function createStreams<Actor>(options: {
  max: number;
  maxPerActor: number;
  actorId(actor: Actor): string;
}): Streams<Actor> {
  const open = new Set<SseConnection>();
  let ending = false;
  const perActor = new Map<string, number>();
  return {
    get count() {
      return open.size;
    },
    admit(actor) {
      if (ending) return 'ending';
      const id = actor === undefined ? '' : options.actorId(actor);
      const mine = perActor.get(id) ?? 0;
      if (open.size >= options.max) return 'all';
      if (mine >= options.maxPerActor) return 'yours';
      perActor.set(id, mine + 1);
      let connection: SseConnection | undefined;
      return {
        open(opened) {
          connection = opened;
          open.add(opened);
        },
        close() {
          if (connection) open.delete(connection);
          const left = (perActor.get(id) ?? 1) - 1;
          if (left > 0) perActor.set(id, left);
          else perActor.delete(id);
        },
      };
    },
    endAll() {
      ending = true;
      for (const [index, connection] of [...open].entries()) connection.end(comeBackMs[index % comeBackMs.length]);
    },
  };
}
