import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { agentId, GivenLog } from '../conformance/given-log.ts';
import { openStore } from '../conformance/open-sqlite.ts';
import type { Store } from '../store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-attempts-'));
const path = join(folder, 'perdure.db');
const at = systemClock.now();
let store: Store;
let given: GivenLog;
beforeAll(async () => {
  store = await openStore(path);
  given = new GivenLog(store);
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A turn's attempts as somebody at a SQL prompt finds them. */
function attemptsOf(turnId: string) {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare('select attempt, outcome, input_tokens, output_tokens from turn_attempts where turn_id = ? order by 1')
      .all(turnId);
  } finally {
    database.close();
  }
}

const gone = { goneInstances: ['here'], lease: { instanceId: 'here' } };

test('an attempt keeps what was reported of its calls, and a quarter of the characters of the one that broke off', async () => {
  const owner = await given.owned();
  const first = await given.running(owner);
  await given.append(first, { usage: { input_tokens: 100, output_tokens: 10 } });
  await given.flush(first, 'x'.repeat(40));
  const second = await given.claim(gone);
  if (!second) throw new Error('the turn was not taken over');
  // It goes on from the shown text, which it journals again with its first piece; the provider wrote only what is new.
  await given.flush(second, `${'x'.repeat(40)}${'y'.repeat(21)}`);
  expect(await given.claim(gone)).toMatchObject({ attempt: 3 });
  await store.write.stopTurn({ ...owner, turnId: first.turnId, code: 'stopped', at, by: byServer });
  expect(attemptsOf(first.turnId)).toEqual([
    { attempt: 1, outcome: 'lost', input_tokens: 100, output_tokens: 20 },
    { attempt: 2, outcome: 'lost', input_tokens: 0, output_tokens: 6 },
    { attempt: 3, outcome: 'cancelled', input_tokens: 0, output_tokens: 0 },
  ]);
});

test('an attempt whose text is written anew counts all of it, and one that fails counts what it put out', async () => {
  const owner = await given.owned();
  const first = await given.running(owner);
  await given.flush(first, 'x'.repeat(40));
  const second = await given.claim(gone);
  if (!second) throw new Error('the turn was not taken over');
  await given.flush(second, 'z'.repeat(80));
  const none = { input_tokens: 0, output_tokens: 0 };
  await given.append(second, { usage: none, end: { state: 'failed', code: 'model_unreachable' } });
  expect(attemptsOf(first.turnId)).toEqual([
    { attempt: 1, outcome: 'lost', input_tokens: 0, output_tokens: 10 },
    { attempt: 2, outcome: 'failed', input_tokens: 0, output_tokens: 20 },
  ]);
});

test('of a finished attempt only what was reported is kept, and a turn that never ran has none', async () => {
  const owner = await given.owned();
  const turn = await given.running(owner);
  await given.flush(turn, 'x'.repeat(40));
  await given.finish(turn);
  expect(attemptsOf(turn.turnId)).toEqual([{ attempt: 1, outcome: 'done', input_tokens: 1, output_tokens: 1 }]);
  const accepted = await given.accept(owner);
  const turnId = 'turnId' in accepted ? accepted.turnId : '';
  await store.write.stopTurn({ ...owner, turnId, code: 'stopped', at, by: byServer });
  expect(attemptsOf(turnId)).toEqual([]);
});
