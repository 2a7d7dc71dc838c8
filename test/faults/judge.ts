import { join } from 'node:path';
import { queryDatabase, type Row } from '../database.ts';
import { verify } from '../invariants.ts';
import type { History, Sent, Shown } from './history.ts';

export type Judgement = { lost: number; doubled: number; breaches: string[] };

/** Holds a history against the store of a data directory, which a server may be serving: `perdure verify`, then every message and
 *  every shown character.
 *  @param continues  whether the model goes on from shown text: then no shown character may ever change */
export async function judge(
  dataDir: string,
  history: History,
  { continues = false }: { continues?: boolean } = {},
): Promise<Judgement> {
  const path = join(dataDir, 'perdure.db');
  const breaches = [...history.breaches, ...(await verify(path, history.applied)).breaches];
  let lost = 0;
  let doubled = 0;

  const stored = messagesByClientTurn(path);
  for (const { sent, outcome } of history.sends) {
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

  const steps = textsByStep(path);
  for (const shown of history.shown) {
    const kept = steps.get(`${shown.turnId} ${shown.step}`);
    const missing = missingChars(shown, kept, continues);
    if (missing === 0) continue;
    lost += missing;
    breaches.push(`${missing} characters that ${shown.client} showed of ${shown.turnId} step ${shown.step} are gone`);
  }
  return { lost, doubled, breaches };
}

const nameOf = ({ sessionId, clientTurnId }: Sent) => `${clientTurnId} in session ${sessionId}`;

function messagesByClientTurn(path: string): Map<string, Row[]> {
  const rows = queryDatabase(
    path,
    `select json_extract(coalesce(b.body, e.payload), '$.client_turn_id') as client_turn_id,
       json_extract(coalesce(b.body, e.payload), '$.text') as text, e.session_id, e.seq, e.turn_id
     from session_events e left join blobs b on b.blob_id = e.blob_id where e.type = 'user_message'`,
  );
  return Map.groupBy(rows, (row) => String(row.client_turn_id));
}

type Step = { attempt: number; text: string };

/** What the store has of each step: the message it became, else its text under way. */
function textsByStep(path: string): Map<string, Step> {
  const journal = queryDatabase(
    path,
    `select j.turn_id, j.step, j.attempt, j.text from turn_journal j join turns t on t.turn_id = j.turn_id
     where t.state = 'running' and j.id >= t.journal_from order by j.id`,
  );
  const messages = queryDatabase(
    path,
    `select e.turn_id, e.step, e.attempt, json_extract(coalesce(b.body, e.payload), '$.text') as text
     from session_events e left join blobs b on b.blob_id = e.blob_id where e.type = 'agent_message'`,
  );
  const steps = new Map<string, Step>();
  for (const row of journal) {
    const key = `${row.turn_id} ${row.step}`;
    const before = steps.get(key);
    const text = before?.attempt === row.attempt ? `${before?.text}${row.text}` : String(row.text);
    steps.set(key, { attempt: Number(row.attempt), text });
  }
  for (const row of messages) {
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
