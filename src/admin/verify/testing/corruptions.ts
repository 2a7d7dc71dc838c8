import type { CheckId } from '../checks.ts';

/** One way to damage the store of `givenFullStore`. `MAIN` and `T1` to `T4` stand for its session and turns in `sql`. */
export type Corruption = {
  name: string;
  sql: string;
  /** The check that must find it, */
  found: CheckId;
  /** and what it must name. */
  naming: RegExp;
  /** Checks that see its consequences. */
  also?: readonly CheckId[];
  /** Only SQLite can hold it. */
  needsSqlite?: true;
};

const newTurn = `insert into turns select (select max(position) + 1 from turns), 'new-turn', session_id, 5, null, null, author_user_id, 'other', '', agent_id,
  corpora, 'cancelled', null, 0, 0, 0, null, null, null, 0, 99, created_at, updated_at, '', agent_version from turns where turn_id = 'T1'`;

/** A table without its constraints, so that doubles fit in. */
const loosen = (table: string) =>
  `create table copied as select * from ${table}; drop table ${table}; alter table copied rename to ${table}`;

const payloadOf = (where: string, path: string, value: string) =>
  `update session_events set payload = json_set(payload, '${path}', ${value}) where ${where}`;

export const corruptions: readonly Corruption[] = [
  {
    name: 'a message whose turn is gone',
    sql: `delete from turns where turn_id = 'T4'`,
    found: 'I1',
    naming: /user_message of turn T4, which is not stored/,
    also: ['I6', 'I8'],
  },
  {
    name: 'a turn without a message',
    sql: `${newTurn}; update user_sessions set last_turn_no = 5 where session_id = 'MAIN'`,
    found: 'I1',
    naming: /turn new-turn has no user_message/,
    also: ['I4'],
  },
  {
    name: 'a message stored as one that another client sent',
    sql: `update turns set client_turn_id = 'other' where turn_id = 'T2'`,
    found: 'I1',
    naming: /turn T2 seq \d+ is not the message/,
  },
  {
    name: 'a turn that follows a later one',
    sql: `update turns set parent_turn_id = 'T3' where turn_id = 'T2'; ${payloadOf(`turn_id = 'T2' and type = 'user_message'`, '$.parent_turn_id', `'T3'`)}`,
    found: 'I1',
    naming: /turn T2 follows or replaces T3/,
  },
  {
    name: 'a message accepted twice',
    sql: `${loosen('turns')}; update turns set client_turn_id = 'same' where session_id = 'MAIN' and turn_id in ('T1', 'T2');
      update session_events set payload = json_set(payload, '$.client_turn_id', 'same') where turn_id in ('T1', 'T2') and type = 'user_message'`,
    found: 'I1',
    naming: /turn T[12] and turn T[12]: .* client_turn_id/,
    also: ['file'],
  },
  {
    name: 'an event deleted',
    sql: `delete from session_events where turn_id = 'T1' and type = 'tool_result'`,
    found: 'I2',
    naming: /session MAIN: seq \d+ is missing/,
  },
  {
    name: 'the end of a log cut off',
    sql: `delete from session_events where session_id = 'MAIN' and turn_id = 'T3' and attempt = 2`,
    found: 'I2',
    naming: /session MAIN: last_seq is \d+, the log ends at/,
    also: ['I4'],
  },
  {
    name: 'a seq doubled',
    sql: `${loosen('session_events')};
      insert into session_events select 100000, session_id, seq, type, turn_id, attempt, step, fence, actor, payload, blob_id, at
        from session_events where type = 'session_updated' and payload like '%Renamed%'`,
    found: 'I2',
    naming: /seq \d+ is stored twice/,
    also: ['file'],
  },
  {
    name: 'last_seq changed',
    sql: `update user_sessions set last_seq = last_seq + 1 where session_id = 'MAIN'`,
    found: 'I2',
    naming: /session MAIN: last_seq/,
  },
  {
    name: 'a payload that is not JSON',
    sql: `update session_events set payload = '{"title":' where type = 'session_updated' and payload like '%Renamed%'`,
    found: 'I2',
    naming: /seq \d+: the payload is not JSON/,
  },
  {
    name: 'a payload that is not its type’s',
    sql: payloadOf(`turn_id = 'T1' and type = 'tool_call'`, '$.tool', '7'),
    found: 'I2',
    naming: /seq \d+: the payload is not that of tool_call, see tool/,
    also: ['I8'],
  },
  {
    name: 'two events in the other order of commits',
    sql: `update session_events set position = -1 where session_id = 'MAIN' and seq = 5`,
    found: 'I2',
    naming: /session MAIN: seq 5 was committed before seq 4/,
  },
  {
    name: 'a hole in the text of a running step',
    sql: `delete from turn_journal where turn_id = 'T3' and text like 'goes on%'`,
    found: 'I3',
    naming: /turn T3 attempt 2 step 0: text goes on at 20, it ended at 10/,
  },
  {
    name: 'shown text that is no text',
    sql: `update turn_journal set text = cast(x'ff' as text) where turn_id = 'T3' and text like 'goes on%'`,
    found: 'I3',
    naming: /turn T3 attempt 2 step 0: the text at 10 is not well-formed/,
    needsSqlite: true,
  },
  {
    name: 'a message that says something else than was shown',
    sql: payloadOf(`turn_id = 'T1' and type = 'agent_message' and step = 0`, '$.text', `'Let me see.'`),
    found: 'I3',
    naming: /turn T1 attempt 1 step 0: the text shown at 7 is not what the message says/,
  },
  {
    name: 'a stopped answer whose shown text is gone',
    sql: `update session_events set type = 'session_updated', payload = '{}', turn_id = null
      where turn_id = 'T2' and type = 'agent_message'`,
    found: 'I3',
    naming: /turn T2 attempt 1 step 0: text was shown and is not kept/,
    also: ['I8'],
  },
  {
    name: 'two answers',
    sql: `${payloadOf(`turn_id = 'T1' and type = 'agent_message' and step = 0`, '$.final', `json('true')`)};
      update user_sessions set message_count = message_count + 1 where session_id = 'MAIN'`,
    found: 'I4',
    naming: /turn T1 has 2 final messages/,
    also: ['I8'],
  },
  {
    name: 'another state than the session was told',
    sql: `update turns set state = 'interrupted' where turn_id = 'T2'`,
    found: 'I4',
    naming: /turn T2 is interrupted, its session was told cancelled/,
    also: ['I8'],
  },
  {
    name: 'a course that is not lawful',
    sql: payloadOf(`turn_id = 'T2' and type = 'turn_state' and attempt = 1 and fence = 1`, '$.state', `'queued'`),
    found: 'I4',
    naming: /turn T2 seq \d+ goes from queued to queued/,
  },
  {
    name: 'done without a whole answer',
    sql: payloadOf(`turn_id = 'T1' and type = 'agent_message' and step = 1`, '$.partial', `json('true')`),
    found: 'I4',
    naming: /turn T1 is done without an answer/,
  },
  {
    name: 'two turns of a session under way',
    sql: `drop index turns_one_at_a_time; update turns set state = 'waiting_approval' where turn_id = 'T4'`,
    found: 'I5',
    naming: /session MAIN: .* at most one turn/,
    also: ['file', 'I4'],
  },
  {
    name: 'a running turn that nobody holds',
    sql: `update turns set lease_owner = null where turn_id = 'T3'`,
    found: 'I5',
    naming: /turn T3 running: .* owner with a lease/,
  },
  {
    name: 'an unfinished turn in a deleted session',
    sql: `update user_sessions set deleted_at = created_at where session_id = 'MAIN'`,
    found: 'I5',
    naming: /turn T3 running: .* deleted/,
  },
  {
    name: 'a document nobody reads on',
    sql: `update documents set state = 'queued' where deleted_at is null; update corpora set passage_count = 0`,
    found: 'I5',
    naming: /document \S+ queued: .* has a job/,
  },
  {
    name: 'an event under an older fence',
    sql: `update session_events set fence = 0 where turn_id = 'T1' and type = 'agent_message' and step = 1`,
    found: 'I6',
    naming: /turn T1 seq \d+ is under fence 0 after fence 1/,
  },
  {
    name: 'a turn behind its own events',
    sql: `update turns set fence = 1 where turn_id = 'T3'`,
    found: 'I6',
    naming: /turn T3 seq \d+ is under fence 2, the turn has 1/,
  },
  {
    name: 'an attempt without a record',
    sql: `delete from turn_attempts where turn_id = 'T3' and attempt = 1`,
    found: 'I6',
    naming: /turn T3: .* every attempt/,
  },
  {
    name: 'a session whose owner is missing',
    sql: `delete from session_members where session_id = 'MAIN'`,
    found: 'I7',
    naming: /session MAIN: .* exactly one owner/,
  },
  {
    name: 'a membership of nobody',
    sql: `insert into session_members values ('MAIN', 'nobody', 'read', '')`,
    found: 'I7',
    naming: /session MAIN user nobody: .* stored user/,
    also: ['file'],
  },
  {
    name: 'somebody in a session whom no grant lets in',
    sql: `update session_members set level = 'write' where session_id = 'MAIN'`,
    found: 'I7',
    naming: /session MAIN user \S+: .* let in by its grants/,
  },
  {
    name: 'a session that is shared with nobody',
    sql: `insert into session_grants values ('MAIN', 'user', 'nobody', 'read', '')`,
    found: 'I7',
    naming: /session MAIN: .* stored users and groups/,
  },
  {
    name: 'a session that was erased under a legal hold',
    sql: `insert into legal_holds (id, subject_kind, subject_id, reason, placed_at) values ('hold', 'session', 'MAIN', '', '2000');
      update user_sessions set erase_at = '2001' where session_id = 'MAIN'`,
    found: 'I8',
    naming: /hold hold: .* under a legal hold/,
  },
  {
    name: 'a grant on nothing',
    sql: `insert into grants select id, 'corpus', 'nothing', 'read', '' from groups`,
    found: 'I7',
    naming: /corpus nothing group \S+: /,
  },
  {
    name: 'an agent that stands at a version it has not',
    sql: `update agents set version = version + 9`,
    found: 'I7',
    naming: /agent \S+: .* stands at the newest/,
  },
  {
    name: 'a turn of a version that is not there',
    sql: `update turns set agent_version = 9`,
    found: 'I7',
    naming: /turn \S+: .* a turn names a version/,
  },
  {
    name: 'a budget of nobody',
    sql: `insert into budgets values ('user', 'nobody', 1, null, '')`,
    found: 'I7',
    naming: /user nobody: .* a budget is everybody’s/,
  },
  {
    name: 'a login of somebody deactivated',
    sql: `update users set is_active = 0`,
    found: 'I7',
    naming: /login \S+ user \S+: .* active user/,
  },
  {
    name: 'a document out of an archive that never was',
    sql: `update documents set archive_id = 'nowhere' where deleted_at is null`,
    found: 'I7',
    naming: /document \S+: .* corpus of that archive/,
  },
  {
    name: 'a passage of no document',
    sql: `insert into passages select (select max(rowid) + 1 from passages), 'orphan', corpus_id, 'nothing', 1, 0, 0, 1, null, '[]', '', 'x' from passages limit 1`,
    found: 'I7',
    naming: /passage orphan: .* stored document/,
  },
  {
    name: 'a passage that says something else than its text',
    sql: `update passages set text = replace(text, 'leaves', 'people') where document_id in (select id from documents where deleted_at is null)`,
    found: 'I7',
    naming: /document \S+ passage \S+: it is not what stands/,
  },
  {
    name: 'a document in the recycle bin that lost its passages',
    sql: `delete from passages where document_id in (select id from documents where title = 'binned.md');
      delete from passage_vectors where rowid not in (select rowid from passages)`,
    found: 'I8',
    naming: /document \S+: passage_count is 3, passages are 0/,
  },
  {
    name: 'a document that was purged and not deleted',
    sql: `update documents set purged_at = created_at where deleted_at is null`,
    found: 'I7',
    naming: /document \S+: .* was purged was deleted/,
  },
  {
    name: 'a next version nobody reads',
    sql: versionOf('version + 1', 'queued'),
    found: 'I5',
    naming: /document \S+ version 2: .* has a job/,
  },
  {
    name: 'an old version that is newer than the current one',
    sql: versionOf('version + 1', 'old'),
    found: 'I7',
    naming: /document \S+ version 2: .* older than the current one/,
  },
  {
    name: 'a text of no version',
    sql: `insert into document_texts select document_id, 7, text, pages, headings, created_at from document_texts`,
    found: 'I7',
    naming: /document \S+ version 7: .* version that is known/,
  },
  {
    name: 'a cited version whose text is gone',
    sql: `${versionOf('version', 'old')}; update documents set version = 2 where deleted_at is null;
      update document_texts set version = 2;
      update passages set version = 2 where document_id in (select id from documents where deleted_at is null)`,
    found: 'I7',
    naming: /document \S+ version 1: .* kept whole/,
  },
  {
    name: 'an old version whose original is forgotten',
    sql: `${versionOf('version', 'old')}; update document_versions set file_key = '';
      update document_texts set version = 2; update documents set version = 2 where deleted_at is null;
      update passages set version = 2 where document_id in (select id from documents where deleted_at is null)`,
    found: 'I7',
    naming: /document \S+ version 1: .* names its original/,
  },
  {
    name: 'an original that is to be removed',
    sql: `insert into files_to_remove select file_key, corpus_id from documents where deleted_at is null`,
    found: 'I7',
    naming: /file \S+: .* no original of a version/,
  },
  {
    name: 'a vector of no passage',
    sql: `insert into passage_vectors select 4711, corpus_id, embedder, vector from passage_vectors limit 1`,
    found: 'I7',
    naming: /vector 4711: /,
  },
  {
    name: 'a quote that stands nowhere',
    sql: payloadOf(
      `turn_id = 'T1' and type = 'agent_message' and step = 1`,
      '$.citations[0].quote',
      `'Okapis eat people'`,
    ),
    found: 'I7',
    naming: /session MAIN seq \d+ citation 1: the quote is not what stands in document/,
  },
  {
    name: 'a citation whose row says otherwise',
    sql: `update citations set start_offset = 3 where turn_id = 'T1'`,
    found: 'I7',
    naming: /session MAIN seq \d+ citation 1: its row says otherwise/,
  },
  {
    name: 'message_count changed',
    sql: `update user_sessions set message_count = message_count + 1 where session_id = 'MAIN'`,
    found: 'I8',
    naming: /session MAIN: message_count is 7, messages are 6/,
  },
  {
    name: 'words of a message that are not stored',
    sql: `delete from message_words where session_id = 'MAIN' and bucket = (select min(bucket) from message_words where session_id = 'MAIN')`,
    found: 'I8',
    naming: /session MAIN: \d+ words of its messages are not stored/,
  },
  {
    name: 'words that no message has',
    sql: `update message_words set words = words || char(10) || 'zzz' || char(9) || '0' where session_id = 'MAIN'
      and bucket = (select min(bucket) from message_words where session_id = 'MAIN')`,
    found: 'I8',
    naming: /session MAIN: 1 words are stored that no message of it has/,
    needsSqlite: true,
  },
  {
    name: 'words kept for somebody else',
    sql: `update message_words set owner_id = 'nobody' where session_id = 'MAIN'`,
    found: 'I7',
    naming: /session MAIN: .* words of messages are kept for the owner of their session/,
    also: ['I8'],
  },
  {
    name: 'words of a message that are in no pack and not loose',
    sql: `delete from loose_words where session_id = 'MAIN'`,
    found: 'I8',
    naming: /session MAIN: .* words of messages are in a pack, or kept as loose/,
  },
  {
    name: 'a pack with a word that no message has, and without those they have',
    sql: `insert into word_packs select distinct owner_id, -1, 1, 'MAIN 0' from loose_words where session_id = 'MAIN';
      insert into word_packs select owner_id, 0, 1, '\nzzz\t\u01000' from word_packs;
      insert into word_pack_sessions select 'MAIN', owner_id, 1 from word_packs where bucket = -1;
      delete from loose_words where session_id = 'MAIN'`,
    found: 'I8',
    naming: /pack 1: 1 words are in it that no message has/,
  },
  {
    name: 'a pack that does not name its blocks',
    sql: `insert into word_packs select distinct owner_id, 0, 1, '' from loose_words where session_id = 'MAIN'`,
    found: 'I8',
    naming: /pack 1: it does not hold that a pack of words names its blocks/,
  },
  {
    name: 'a loose block kept for somebody else',
    sql: `insert into loose_words select 'nobody', session_id, block from loose_words where session_id = 'MAIN'`,
    found: 'I7',
    naming: /session MAIN: .* packs of words are kept for the owner of all their sessions/,
  },
  {
    name: 'a rev drawn twice',
    sql: `drop index user_sessions_rev; update user_sessions set rev = (select min(rev) from user_sessions) where session_id = 'MAIN'`,
    found: 'I8',
    naming: /session \S+ and session \S+ rev \d+: /,
    also: ['file'],
  },
  {
    name: 'a corpus that counts wrong',
    sql: `update corpora set document_count = 2`,
    found: 'I8',
    naming: /corpus \S+: .* counts its documents/,
  },
  {
    name: 'a corpus with a wrong size',
    sql: `update corpora set bytes = bytes + 1`,
    found: 'I8',
    naming: /corpus \S+: .* counts its documents/,
  },
  {
    name: 'a document that counts wrong',
    sql: `update documents set passage_count = 4 where deleted_at is null; update corpora set passage_count = 4`,
    found: 'I8',
    naming: /document \S+: passage_count is 4, passages are 3/,
  },
  {
    name: 'a budget that counts a turn too few',
    sql: `update budget_usage set turns = turns - 1 where kind = 'user'`,
    found: 'I8',
    naming: /\d{4}-\d\d-\d\d user \S+: .* counts what it was charged/,
  },
  {
    name: 'a charge that is gone',
    sql: `delete from budget_charges where turn_id = 'T1' and attempt = 1 and kind = 'group'`,
    found: 'I8',
    naming: /\d{4}-\d\d-\d\d group \S+: .* counts what it was charged/,
  },
  {
    name: 'a reservation that nobody gives back',
    sql: `update budget_charges set reserved_tokens = 9, tokens = tokens - 9 where turn_id = 'T1' and attempt = 1;
      update budget_usage set reserved_tokens = reserved_tokens + 9, tokens = tokens - 9`,
    found: 'I8',
    naming: /turn T1 attempt 1: .* charged what it used/,
  },
  {
    name: 'a forged audit record',
    sql: `insert into audit_log select max(position) + 1, '', null, 'login', 'user', 'x', '{}', max(chain_no) + 1, 'forged', null, null
      from audit_log`,
    found: 'I8',
    naming: /audit record \d+: the hash is not that of the record/,
  },
  {
    name: 'a blob that is gone',
    sql: `delete from blobs`,
    found: 'blobs',
    naming: /session \S+ seq 1: its blob is missing/,
  },
  {
    name: 'a blob cut short',
    sql: `update blobs set body = substr(body, 1, length(body) - 20) || '"}'`,
    found: 'blobs',
    naming: /session \S+ seq 1: its blob has \d+ bytes, its row says \d+/,
    also: ['I2'],
  },
  {
    name: 'a blob of no event',
    sql: `insert into blobs values ('orphan', 'MAIN', 2, '{}')`,
    found: 'blobs',
    naming: /blob orphan: /,
  },
  {
    name: 'a session too many counted',
    sql: `update session_counts set sessions = sessions + 1 where status = 1`,
    found: 'I8',
    naming: /sessions of status 1: /,
  },
  {
    name: 'a day that counts a turn too many',
    sql: `update usage_days set turns = turns + 1 where kind = 'all'`,
    found: 'I8',
    naming: /\d{4}-\d\d-\d\d all : .* counts its turns/,
  },
  {
    name: 'a day that counts tokens nobody used',
    sql: `update usage_tokens set output_tokens = output_tokens + 1 where kind = 'agent'`,
    found: 'I8',
    naming: /\d{4}-\d\d-\d\d agent \S+: .* counts the tokens of its turns/,
  },
  {
    name: 'an answer counted as faster than it was',
    sql: `update usage_latencies set bucket = bucket - 1 where kind = 'all' and measure = 'answer'`,
    found: 'I8',
    naming: /\d{4}-\d\d-\d\d all : .* counts how long its turns took/,
  },
  {
    name: 'a person who asked and is not counted',
    sql: `delete from usage_people where kind = 'all'`,
    found: 'I8',
    naming: /\d{4}-\d\d-\d\d all : .* counts who asked/,
  },
  {
    name: 'a month whose sums have tokens that its days have not',
    sql: `update usage_month_sums set sums = replace(sums, '["scripted",', '["scripted",1') where kind = 'agent'`,
    found: 'I8',
    naming: /2026-11 agent \S+: its sums are not of its days/,
  },
  {
    name: 'a month that misses those of a corpus',
    sql: `delete from usage_month_sums where kind = 'corpus' and subject_id <> ''`,
    found: 'I8',
    naming: /2026-11 corpus \S+: its sums are not stored/,
  },
  {
    name: 'a person in sums of months who has no number',
    sql: `delete from usage_numbers`,
    found: 'I8',
    naming: /2026-11 all: somebody who asked is in no sum of it/,
  },
  {
    name: 'an index dropped',
    sql: `drop index session_members_session`,
    found: 'file',
    naming: /index session_members_session is missing/,
  },
];

/** Of the one document that is not deleted. */
function versionOf(version: string, state: string): string {
  return `insert into document_versions select id, ${version}, '${state}', 0, null, null, title, media_type, language, notices, page_count,
    passage_count, created_at, updated_at, filename, bytes, sha256, file_key, address, final_address, fetched_at, created_by
    from documents where deleted_at is null`;
}
