import type { SseConnection } from './sse.ts';

/** The open streams of this process: bounded in all and for each person, and ended together on a drain. */
export type Streams<Actor> = {
  readonly count: number;
  /** Undefined when there is no room for one more. */
  admit(actor: Actor | undefined): { open(connection: SseConnection): void; close(): void } | undefined;
  /** Ends every stream; their readers reconnect, elsewhere or later. */
  endAll(): void;
};

export function createStreams<Actor>(options: {
  max: number;
  maxPerActor: number;
  actorId(actor: Actor): string;
}): Streams<Actor> {
  const open = new Set<SseConnection>();
  const perActor = new Map<string, number>();
  return {
    get count() {
      return open.size;
    },
    admit(actor) {
      const id = actor === undefined ? '' : options.actorId(actor);
      const mine = perActor.get(id) ?? 0;
      if (open.size >= options.max || mine >= options.maxPerActor) return undefined;
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
      for (const connection of open) connection.end();
    },
  };
}
