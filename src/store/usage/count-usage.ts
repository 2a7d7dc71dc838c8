import { type RawBuilder, sql } from 'kysely';
import { type Compilable, type Db, run, type Script, statement } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';
import {
  addDays,
  addLatencies,
  addPeople,
  addTokens,
  type Counted,
  daysOf,
  everyTurn,
  feedbackOf,
  isOver,
  latenciesOf,
  peopleOf,
  tokensOf,
} from './usage-sql.ts';

/** Which turn, and under which fence. */
type Held = { turn_id: string; fence: number };

/** Counts turns that are done with this command, before they are, where their fence holds: events, citations and attempts are stored by now. */
export function* countDoneTurns(db: Db, turns: readonly Held[]): Script<void> {
  for (const each of ofHeld) yield* each.run(db, turns);
}

const ofHeld = adding((build) =>
  statementOfRows<Held>({ turn_id: 'text', fence: 'bigint' })((db, { tables, value }) => {
    const beside = tables.map((table) => sql`, ${table}`);
    const from = sql`turns t ${sql.join(beside, sql``)}
      where t.turn_id = ${value.turn_id} and t.fence = ${value.fence} and t.state = 'running' and t.request_hash <> ''`;
    return compilable(db, build(db, { from, state: 'done', sign: 1, gone: 0 }));
  }),
);

/** Counts a turn that has just ended in any other way. */
export function* countEndedTurn(db: Db, turnId: string): Script<void> {
  for (const each of ofTurn) yield* each.run(db, { turnId });
}

const ofTurn = adding((build) =>
  statement<{ turnId: string }>()((db, { turnId }) =>
    compilable(db, build(db, { from: sql`turns t where t.turn_id = ${turnId} and ${isOver}`, sign: 1, gone: 0 })),
  ),
);

/** Takes what turns added from what is stored to what is gone; once, before their session is marked for erasing, or what was said in one of
 *  them is cleared. */
export function* countAsGone(db: Db, which: { sessionId: string } | { turnId: string }): Script<void> {
  const those = 'turnId' in which ? sql`t.turn_id = ${which.turnId}` : sql`t.session_id = ${which.sessionId}`;
  const from = sql`${everyTurn} and ${those}`;
  for (const moved of [
    { from, sign: -1, gone: 0 },
    { from, sign: 1, gone: 1 },
  ] as const satisfies Counted[]) {
    yield* run(compilable(db, addDays(daysOf(db, moved))));
    yield* run(compilable(db, addDays(feedbackOf(db, moved))));
    yield* run(compilable(db, addTokens(tokensOf(db, moved))));
    yield* run(compilable(db, addLatencies(latenciesOf(db, moved))));
  }
}

/** Counts what a person thinks of a turn's answer as it is stored at this moment; `sign: -1` before it is changed or goes. */
export function* countFeedback(
  db: Db,
  { turnId, userId, sign, gone = 0 }: { turnId: string; userId: string; sign: 1 | -1; gone?: 0 | 1 },
): Script<void> {
  const counted = { from: sql`${everyTurn} and t.turn_id = ${turnId}`, sign, gone };
  yield* run(compilable(db, addDays(feedbackOf(db, counted, sql`r.user_id = ${userId}`))));
}

/** The statements that count every turn there is, into tables that are empty. */
export function countEverything(db: Db): string[] {
  const counted: Counted = { from: everyTurn, sign: 1, gone: 0 };
  return [
    addDays(daysOf(db, counted)),
    addDays(feedbackOf(db, counted)),
    addTokens(tokensOf(db, counted)),
    addLatencies(latenciesOf(db, counted)),
    addPeople(peopleOf(db, counted)),
  ].map((each) => each.compile(db).sql);
}

type Build = (db: Db, counted: Counted) => RawBuilder<unknown>;

/** A statement for each table that turns are counted in. */
function adding<Each>(prepare: (build: Build) => Each): Each[] {
  const builds: Build[] = [
    (db, counted) => addDays(daysOf(db, counted)),
    (db, counted) => addTokens(tokensOf(db, counted)),
    (db, counted) => addLatencies(latenciesOf(db, counted)),
    (db, counted) => addPeople(peopleOf(db, counted)),
  ];
  return builds.map(prepare);
}

function compilable(db: Db, raw: RawBuilder<unknown>): Compilable<never> {
  return { compile: () => raw.compile(db), execute: () => Promise.reject(new Error('compiled only')) };
}
