import type { Client } from 'pg';
import { systemClock } from '../../../../clock.ts';
import { byServer } from '../../../../contract/audit.ts';
import { newId } from '../../../../ids.ts';
import { agentId, GivenLog } from '../../../conformance/given-log.ts';
import { storeAllWords } from '../../../conformance/message-search-rows.ts';
import type { Store } from '../../../store.ts';

/** Somebody with rows in every table that a member has rows in. */
export type Person = {
  userId: string;
  sessionId: string;
  turnId: string;
  groupId: string;
  corpusId: string;
  documentId: string;
  /** A document of a corpus in the bin. */
  binnedId: string;
  passageId: string;
  tokenId: string;
  /** The number of their passage. */
  passageRow: number;
};

/** Makes people who share nothing.
 *  @param owner  a connection that no policy holds for */
export async function givenPeople(store: Store, owner: Client, count: number): Promise<Person[]> {
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const given = new GivenLog(store);
  const people: Person[] = [];
  for (let i = 0; i < count; i++) people.push(await givenPerson(given, owner));
  return people;
}

async function givenPerson(given: GivenLog, owner: Client): Promise<Person> {
  const whose = await given.owned();
  const { userId, sessionId } = whose;
  const done = await given.running(whose);
  await given.finish(done, `said by ${userId}`);
  await storeAllWords(given.store);
  const turn = await given.running(whose);
  await given.flush(turn, `being said by ${userId}`);
  const person = {
    userId,
    sessionId,
    turnId: turn.turnId,
    groupId: newId(),
    corpusId: newId(),
    documentId: newId(),
    binnedId: newId(),
    passageId: newId(),
    tokenId: newId(),
    passageRow: 0,
  };
  const { groupId, corpusId, documentId, binnedId, passageId } = person;
  const put = (table: string, row: Record<string, unknown>) => insert(owner, table, row);
  await owner.query(`update user_sessions set tags = '["gates"]' where session_id = $1`, [sessionId]);
  await put('word_packs', { owner_id: userId, words: `\nsaid\t\u01000\n${userId}\t\u01000` });
  const inBin = await given.session(userId);
  await given.store.write.deleteSession({ sessionId: inBin, at: systemClock.now(), by: byServer });
  const shared = await given.session(await given.user());
  await put('session_members', { session_id: shared, user_id: userId, level: 'read' });
  await put('session_grants', { session_id: sessionId, subject_kind: 'group', subject_id: groupId, level: 'read' });
  await put('session_authors', { session_id: shared, user_id: userId });
  await put('session_visits', { session_id: shared, user_id: userId });
  await put('login_tokens', { id: person.tokenId, user_id: userId, expires_at: later, last_used_at: later });
  await put('second_factors', { user_id: userId });
  await put('oidc_identities', { issuer: 'issuer', subject: userId, user_id: userId });
  await put('api_keys', { id: newId(), user_id: userId, key_hash: newId(), scopes: '[]' });
  await put('user_session_view', { user_id: userId, session_id: sessionId });
  await put('citations', { session_id: sessionId, turn_id: turn.turnId });
  await put('answer_feedback', { session_id: sessionId, turn_id: done.turnId, user_id: userId, rating: 'up' });
  await put('blobs', { blob_id: newId(), session_id: sessionId });
  await put('session_state', { session_id: sessionId });
  await put('groups', { id: groupId, name: groupId, name_key: groupId });
  await put('agent_defaults', { group_id: groupId, agent_id: agentId });
  await put('group_members', { group_id: groupId, user_id: userId });
  await put('budgets', { kind: 'user', subject_id: userId });
  await put('budget_usage', { kind: 'user', subject_id: userId, day: '2000-01-01' });
  await put('corpora', { id: corpusId, name: corpusId, name_key: corpusId, is_active: 1 });
  await put('grants', { group_id: groupId, object_kind: 'corpus', object_id: corpusId, level: 'read' });
  await put('documents', { id: documentId, corpus_id: corpusId, state: 'ready' });
  await put('document_versions', { document_id: documentId, version: 1, state: 'old' });
  await put('document_versions', { document_id: documentId, version: 2, state: 'queued' });
  await put('document_tags', { document_id: documentId, corpus_id: corpusId });
  await put('document_texts', { document_id: documentId, version: 1, text: `written by ${userId}` });
  const passage = await put('passages', { passage_id: passageId, document_id: documentId, corpus_id: corpusId });
  person.passageRow = Number(passage['rowid']);
  const binned = newId();
  await put('corpora', { id: binned, name: binned, name_key: binned, owner_user_id: userId, deleted_at: later });
  await put('documents', { id: binnedId, corpus_id: binned, state: 'ready' });
  await put('passage_vectors', { rowid: person.passageRow, corpus_id: corpusId, embedder: 'none' });
  const questionId = newId();
  await put('evaluation_questions', { id: questionId, corpus_id: corpusId });
  await put('evaluation_expected', { question_id: questionId, document_id: documentId });
  await put('evaluation_runs', { id: newId(), corpus_id: corpusId, mode: 'lexical' });
  await put('document_access_log', {
    user_id: userId,
    document_id: documentId,
    corpus_id: corpusId,
    what: 'text',
    version: 1,
  });
  await put('audit_log', { actor_user_id: userId, object_kind: 'user', object_id: userId, facts: '{}' });
  return person;
}

const later = '2999-01-01T00:00:00.000Z';

/** Inserts a row with what is told of it, and anything in the columns that must have something. */
async function insert(owner: Client, table: string, row: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { rows: needed } = await owner.query(
    `select column_name as name, data_type as type from information_schema.columns where table_schema = current_schema()
      and table_name = $1 and is_nullable = 'NO' and column_default is null and is_identity = 'NO'`,
    [table],
  );
  const whole = { ...Object.fromEntries(needed.map(({ name, type }) => [name, anything(String(type))])), ...row };
  const names = Object.keys(whole);
  const places = names.map((_name, i) => `$${i + 1}`);
  const { rows } = await owner.query(
    `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${places.join(', ')}) returning *`,
    Object.values(whole),
  );
  return rows[0];
}

function anything(type: string): unknown {
  if (type === 'bytea') return Buffer.alloc(4);
  return type === 'text' ? newId() : 1;
}
