import { join } from 'node:path';
import { queryDatabase, type Row } from '../database.ts';
import { verify } from '../invariants.ts';
import type { History, Sent, Shown } from './history.ts';

export type Judgement = { lost: number; doubled: number; breaches: string[] };

/** A store that a history is held against. */
export type Judged = {
  /** As `verify` in test/invariants.ts does. */
  verify(applied: readonly string[]): Promise<{ breaches: string[] }>;
  query(sql: string): Promise<Row[]>;
};

/** Holds a history against a store, which servers may be serving: `perdure verify`, then every message and every shown character.
 *  @param judged  the store, or the data directory that it is in
 *  @param continues  whether the model goes on from shown text: then no shown character may ever change */
export async function judge(
  judged: string | Judged,
  history: History,
  { continues = false }: { continues?: boolean } = {},
): Promise<Judgement> {
  const store = typeof judged === 'string' ? judgedFolder(judged) : judged;
  // As it was before the store is read: what clients record meanwhile may be newer than what is read.
  const applied = [...history.applied];
  const sends = history.sends.map(({ sent, outcome }) => ({ sent, outcome }));
  const everShown = history.shown;
  const breaches = [...history.breaches, ...(await store.verify(applied)).breaches];
  let lost = 0;
  let doubled = 0;

  const stored = await messagesByClientTurn(store);
  for (const { sent, outcome } of sends) {
    const rows = stored.get(sent.clientTurnId) ?? [];
    if (rows.length > 1) doubled += rows.length - 1;
    if (outcome.state === 'refused' && rows.length > 0) breaches.push(`a refused message is stored: ${nameOf(sent)}`);
    const [row] = rows;
    if (outcome.state === 'stored' && !row) {
      lost += 1;
      breaches.push(`an acknowledged message is not stored: ${nameOf(sent)}`);
    }
    if (!row) continue;
    const isSame = row.session_id === sent.sessionId && row.text === sent.text;
    const isAsSaid = outcome.state !== 'stored' || (row.turn_id === outcome.turnId && row.seq === outcome.seq);
    if (!isSame || !isAsSaid) breaches.push(`a message is not stored as it was sent and acknowledged: ${nameOf(sent)}`);
  }

  const steps = await textsByStep(store);
  for (const shown of everShown) {
    const kept = steps.get(`${shown.turnId} ${shown.step}`);
    const missing = missingChars(shown, kept, continues);
    if (missing === 0) continue;
    lost += missing;
    breaches.push(`${missing} characters that ${shown.client} showed of ${shown.turnId} step ${shown.step} are gone`);
  }
  return { lost, doubled, breaches };
}

/** The store in a data directory. */
export function judgedFolder(dataDir: string): Judged {
  const path = join(dataDir, 'perdure.db');
  return { verify: (applied) => verify(path, applied), query: (sql) => Promise.resolve(queryDatabase(path, sql)) };
}

const nameOf = ({ sessionId, clientTurnId }: Sent) => `${clientTurnId} in session ${sessionId}`;

/** Rows of events with what a payload says. */
const withPayload = (rows: Row[]): Row[] =>
  rows.map(({ payload, ...row }) => ({ ...row, ...(JSON.parse(String(payload)) as Row) }));

async function messagesByClientTurn({ query }: Judged): Promise<Map<string, Row[]>> {
  const rows = await query(
    `select coalesce(b.body, e.payload) as payload, e.session_id, e.seq, e.turn_id
     from session_events e left join blobs b on b.blob_id = e.blob_id where e.type = 'user_message'`,
  );
  return Map.groupBy(withPayload(rows), (row) => String(row.client_turn_id));
}

type Step = { attempt: number; text: string };

/** What the store has of each step: the message it became, else its text under way. */
async function textsByStep({ query }: Judged): Promise<Map<string, Step>> {
  const journal = await query(
    `select j.turn_id, j.step, j.attempt, j.text from turn_journal j join turns t on t.turn_id = j.turn_id
     where t.state = 'running' and j.id >= t.journal_from order by j.id`,
  );
  const messages = await query(
    `select e.turn_id, e.step, e.attempt, coalesce(b.body, e.payload) as payload
     from session_events e left join blobs b on b.blob_id = e.blob_id where e.type = 'agent_message'`,
  );
  const steps = new Map<string, Step>();
  for (const row of journal) {
    const key = `${row.turn_id} ${row.step}`;
    const before = steps.get(key);
    const text = before?.attempt === row.attempt ? `${before?.text}${row.text}` : String(row.text);
    steps.set(key, { attempt: Number(row.attempt), text });
  }
  for (const row of withPayload(messages)) {
    steps.set(`${row.turn_id} ${row.step}`, { attempt: Number(row.attempt), text: String(row.text) });
  }
  return steps;
}

/** Shown characters that the store does not have. Where the model does not go on, a later attempt may have put other text in their place. */
function missingChars(shown: Shown, kept: Step | undefined, continues: boolean): number {
  if (!kept) return shown.text.length;
  if (!continues && kept.attempt > shown.attempt) return 0;
  let same = 0;
  while (same < shown.text.length && shown.text[same] === kept.text[same]) same += 1;
  return shown.text.length - same;
}
