import { sql } from 'kysely';
import { encodeJson } from '../json.ts';
import type { Schema } from '../schema.ts';
import { type Db, type Script, statement } from '../script.ts';

export type AdkEventRow = { eventId: string; event: Record<string, unknown> };

/** Keeps exact ADK events. The same id again replaces the event in its place. */
export function* putAdkEvents(
  db: Db,
  args: { sessionId: string; turnId: string | null; events: readonly AdkEventRow[] },
): Script<void> {
  for (const { eventId, event } of args.events) {
    yield* putAdkEvent.run(db, {
      session_id: args.sessionId,
      event_id: eventId,
      turn_id: args.turnId,
      event: encodeJson(event),
    });
  }
}

const putAdkEvent = statement<Omit<Schema['adk_events'], 'ordinal'>>()((db, slots) =>
  db
    .insertInto('adk_events')
    .values({
      session_id: slots.session_id,
      event_id: slots.event_id,
      ordinal: sql<number>`(select coalesce(max(ordinal), 0) + 1 from adk_events where session_id = ${slots.session_id})`,
      turn_id: slots.turn_id,
      event: slots.event,
    })
    .onConflict((conflict) =>
      conflict.columns(['session_id', 'event_id']).doUpdateSet((eb) => ({ event: eb.ref('excluded.event') })),
    ),
);
