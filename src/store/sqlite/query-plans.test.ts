import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { commands } from '../commands/index.ts';
import { settleMembers } from '../commands/settle-members.ts';
import { acceptArgs, leaseOf } from '../conformance/given-log.ts';
import { goingOnPlans, listPlans, sessionStatementOf } from '../conformance/list-plans.ts';
import { reads, scans } from '../queries/index.ts';
import { filteredRows } from '../queries/search-filter.ts';
import { verifyQueries } from '../queries/verify.ts';
import { type Script, type Statement, sqliteBuilder } from '../script.ts';
import { countAsGone, countDoneTurns, countEndedTurn, countFeedback } from '../usage/count-usage.ts';
import { migrate } from './migrate.ts';

const database = new DatabaseSync(':memory:');
migrate(database, systemClock.now());
const db = sqliteBuilder();
const lease = leaseOf();
const at = systemClock.now();
const claim = {
  lease,
  maxAttempts: 3,
  reserve: { windowTokens: 8_000, answerTokens: 1_000 },
  maxRunningOfAuthor: 16,
  at,
};
const sessionId = 'session';
const userId = 'user';

/** What runs at every bell, every message or every piece: none of it may cost more the more is stored. */
const hot: Record<string, Script<unknown>> = {
  claimTurn: commands.claimTurn.run(db, { ...claim, goneInstances: [] }),
  'claimTurn after an owner went': commands.claimTurn.run(db, { ...claim, goneInstances: ['gone'] }),
  budgetsOfUser: reads.budgetsOfUser.run(db, { userId: 'user', at }),
  renewTurnLeases: commands.renewTurnLeases.run(db, { lease, held: [{ turnId: 'turn', fence: 1 }] }),
  turnOwners: reads.turnOwners.run(db, {}),
  heldTurns: reads.heldTurns.run(db, { held: [{ turnId: 'turn', fence: 1 }] }),
  'claimJob of pages': commands.claimJob.run(db, { kind: 'fetch', lease, goneInstances: ['gone'], maxAttempts: 3, at }),
  openJobs: reads.openJobs.run(db, { kind: 'fetch' }),
  'claimJob of an embedder': commands.claimJob.run(db, {
    kind: 'embed',
    subjectId: 'embedder',
    lease,
    goneInstances: ['gone'],
    maxAttempts: 3,
    at,
  }),
  'openJobs of an embedder': reads.openJobs.run(db, { kind: 'embed', subjectId: 'embedder' }),
  heldJobs: reads.heldJobs.run(db, { held: [{ jobId: 'job', fence: 1 }] }),
  runningStep: reads.runningStep.run(db, { sessionId, userId }),
  replay: reads.replay.run(db, { sessionId, userId, after: 0, limit: 10, maxBytes: 1_000 }),
  eventsAfter: reads.eventsAfter.run(db, { sessionId, userId, after: 0, limit: 10 }),
  tail: reads.tail.run(db, { position: 0, journalId: 0, limit: 10 }),
  membersAmong: reads.membersAmong.run(db, { sessionIds: [sessionId], userIds: [userId] }),
  memberSession: reads.memberSession.run(db, { sessionId, userId: 'user' }),
  // At every bell of what is shared, and at every opening of a shared session.
  sharedMark: reads.sharedMark.run(db, { userId: 'user' }),
  sessionPeople: scans.sessionPeople.run(db, { sessionId, userId: 'user' }),
  noteVisit: commands.noteVisit.run(db, { sessionId, userId, instanceId: 'here', at, nowMs: 1, openUntilMs: 2 }),
  userForKey: reads.userForKey.run(db, { keyHash: 'hash', now: at }),
  'mayStillAct of a login': reads.mayStillAct.run(db, { through: { loginId: 'login', role: 'member' }, now: at }),
  'mayStillAct of a key': reads.mayStillAct.run(db, { through: { apiKeyId: 'key', role: 'member' }, now: at }),
  loginsOf: scans.loginsOf.run(db, { userId: 'user', now: at, idleSince: at }),
  apiKeysOf: scans.apiKeysOf.run(db, { userId: 'user' }),
  wasDocumentOpened: reads.wasDocumentOpened.run(db, {
    userId: 'user',
    documentId: 'document',
    version: 1,
    what: 'text',
    isByKey: false,
    since: at,
  }),
  changedSessions: reads.changedSessions.run(db, { afterRev: 0, limit: 10 }),
  wordsToStore: scans.wordsToStore.run(db, { limit: 10, maxChars: 10 }),
  wordsToPack: scans.wordsToPack.run(db, { after: '' }),
  eventsWithoutWords: reads.eventsWithoutWords.run(db, {}),
  feedbackOf: reads.feedbackOf.run(db, { sessionId, userId: 'user' }),
  feedbackOfPerson: scans.feedbackOfPerson.run(db, { userId: 'user', after: '', limit: 10 }),
  branchMessages: scans.branchMessages.run(db, { sessionId, userId }),
  turnsForContext: reads.turnsForContext.run(db, { sessionId, userId, upToTurnNo: 3, turns: 2, maxChars: 10 }),
  // Anybody may ask, as often as the throttle lets them.
  askForReset: commands.askForReset.run(db, {
    id: 'link',
    tokenHash: 'hash',
    expiresAt: at,
    account: 'ann@example.org',
    address: '',
    userAgent: '',
    at,
  }),
};

test.each(Object.entries(hot))('%s scans no table', (_name, script) => {
  const scans: string[] = [];
  for (let step = script.next([]); !step.done; step = script.next([])) {
    scans.push(...planOf(step.value).filter((detail) => detail.startsWith('SCAN')));
  }
  expect(scans).toEqual([]);
});

const wordRow = { session_id: 'session', block: 0, words: '\nword\t0' };
const listed = { session_id: 'session', value: at };
const ofSession = /SEARCH w USING PRIMARY KEY \(owner_id=\? AND bucket=\? AND session_id=\?\)/;
const newestWithout = [Array.from({ length: 300 }, () => listed), [], []];
/** What a search in messages is answered one after the other, until a message is found. */
test.each([
  ['of the newest sessions', [[listed], [wordRow], []], ofSession],
  ['of a shared session', [[listed], [], [wordRow]], ofSession],
  [
    'of all sessions, in packs',
    [
      ...newestWithout,
      [],
      [{ pack: 1, words: '\nword\t\u01000' }],
      [{ pack: 1, words: 'session 0' }],
      [],
      [{ session_id: 'session', last_activity: at }],
    ],
    /SEARCH word_packs USING PRIMARY KEY \(owner_id=\? AND bucket=\?\)/,
  ],
  [
    'of all sessions, most of them in no pack,',
    [
      ...newestWithout,
      Array.from({ length: 301 }, () => ({ session_id: 'session' })),
      [wordRow],
      [],
      [{ session_id: 'session', last_activity: at }],
    ],
    /SEARCH w USING PRIMARY KEY \(owner_id=\? AND bucket=\?\)/,
  ],
])('the words %s are found by keys alone, and their messages read by them', (_name, found, key) => {
  const words = [{ kind: 'word', text: 'word', isBeginning: false }] as const;
  const script = scans.searchMessages.run(db, { userId, words, limit: 10 });
  const answers: unknown[][] = [
    ...found,
    [{ session_id: 'session', turn_id: 'turn', turn_no: 1, message_seq: 1, title: '' }],
    [{ turn_id: 'turn', type: 'user_message', seq: 1, at, payload: '{"text":"a word"}' }],
  ];
  const plans: string[] = [];
  let step = script.next([]);
  for (; !step.done; step = script.next(answers.shift() ?? [])) plans.push(planOf(step.value).join('; '));
  expect(step.value.messages).toHaveLength(1);
  expect(plans.some((plan) => key.test(plan))).toBe(true);
  // What `few` and `limit` bound is put together in memory.
  expect(plans.filter((plan) => /\bSCAN (?!CONSTANT|some\b|\()/.test(plan))).toEqual([]);
});

test.each(
  Object.entries({
    groupById: scans.groupById.run(db, { groupId: 'group' }),
    groupMembers: scans.groupMembers.run(db, { groupId: 'group', afterKey: 'name', limit: 10 }),
    groupGrants: scans.groupGrants.run(db, { groupId: 'group' }),
    deleteGroup: commands.deleteGroup.run(db, { groupId: 'group', at: '', by: byServer }),
  }),
)('%s looks at no other group', (_name, script) => {
  const plans: string[] = [];
  const found = [{ id: 'group', is_builtin: 0 }];
  for (let step = script.next([]); !step.done; step = script.next(found.splice(0))) plans.push(...planOf(step.value));
  expect(plans.join('; ')).toMatch(/_group \(group_id=\?\)/);
  expect(plans.filter((detail) => detail.startsWith('SCAN'))).toEqual([]);
});

test('who may use a corpus is asked of users in order, and of each by keys', () => {
  const args = { kind: 'corpus', objectId: 'corpus', afterKey: 'name', limit: 10 } as const;
  const script = scans.objectAccessFacts.run(db, args);
  const found = [
    [{ id: 'corpus', name: '', is_active: 1, owner_user_id: null }],
    [{ id: 'group' }],
    [{ id: 'user' }],
    [],
  ];
  const plans: string[][] = [];
  for (let step = script.next([]); !step.done; step = script.next(found[plans.length - 1] ?? [])) {
    plans.push(planOf(step.value));
  }
  expect(plans).toHaveLength(4);
  expect(plans.flat().filter((detail) => detail.startsWith('SCAN'))).toEqual([]);
  expect(plans[2]?.join('; ')).not.toContain('TEMP B-TREE');
});

test('the groups of a corpus are found by its grants, and the others are looked at once, in order', () => {
  const args = { corpusId: 'corpus', userId: 'user', q: 'a', maxOthers: 51 };
  const plans: string[][] = [];
  const script = scans.corpusGroups.run(db, args);
  for (let step = script.next([]); !step.done; step = script.next([])) plans.push(planOf(step.value));
  const [granted = [], others = []] = plans;
  expect(granted.filter((detail) => detail.startsWith('SCAN'))).toEqual([]);
  expect(granted.join('; ')).toContain('(object_kind=? AND object_id=?)');
  expect(others.filter((detail) => detail.startsWith('SCAN'))).toEqual(['SCAN groups']);
  expect(others.join('; ')).toContain('(object_kind=? AND object_id=? AND group_id=?)');
});

test('acceptTurn counts what waits without a scan of the table', () => {
  const session = { is_active: 1, agent_id: 'agent', active_agent_id: 'agent', last_turn_no: 0, last_seq: 0 };
  const bounds = { maxQueuedInSession: 1, maxQueuedOfAuthor: 1, maxQueued: 10 };
  const script = commands.acceptTurn.run(db, acceptArgs(sessionId, 'user', bounds));
  const plans: string[] = [];
  const planned = (asked: Statement) => plans.push(planOf(asked).join('; '));
  let step = script.next([]);
  if (step.done) throw new Error('nothing was asked for');
  for (const { sql, parameters } of [step.value, ...(step.value.with ?? [])]) planned({ sql, parameters });
  step = script.next([[session], [], [{ count: 0 }], [{ count: 5 }], []]);
  if (step.done) throw new Error('the author’s turns were not counted');
  planned(step.value);
  step = script.next([{ count: 1 }]);
  expect(step.value).toEqual({ outcome: 'author_queue_full' });
  expect(plans).toHaveLength(6);
  expect(plans.filter((plan) => /\bSCAN (?!CONSTANT)/.test(plan))).toEqual([]);
  expect(plans[3]).toContain('COVERING INDEX turns_unfinished');
});

test.each([
  ['turnOutcome', reads.turnOutcome.run(db, { sessionId, userId, turnId: 'turn' }), { state: 'done', code: null }],
  ['stepOf', verifyQueries.stepOf.run(db, { turnId: 'turn', step: 0 }), { state: 'done' }],
] satisfies [string, Script<unknown>, object][])('%s finds a turn’s message by its index', (_name, script, turn) => {
  script.next([]);
  const step = script.next([turn]);
  if (step.done) throw new Error('no message was asked for');
  expect(planOf(step.value)).toContain('SEARCH e USING INDEX session_events_messages (turn_id=?)');
});

const audited = { at: '2026-11-26T10:00:00.000Z', position: 9 };
test.each([
  [{}, 'audit_log_at'],
  [{ before: audited }, 'audit_log_at'],
  [{ from: audited.at, until: audited.at }, 'audit_log_at'],
  [{ actorUserId: 'user', before: audited }, 'audit_log_actor'],
  [{ actorUserId: null }, 'audit_log_actor'],
  [{ action: 'user.created', from: audited.at }, 'audit_log_action'],
  [{ objectKind: 'user', until: audited.at }, 'audit_log_kind'],
  [{ objectKind: 'user', objectId: 'bob', before: audited }, 'audit_log_object'],
] as const)('a page of the audit log by %o is read in its order by an index', (filter, index) => {
  const step = scans.auditRecords.run(db, { ...filter, limit: 51 }).next([]);
  if (step.done) throw new Error('nothing was asked for');
  const plan = planOf(step.value).join('; ');
  expect(plan).toContain(index);
  expect(plan).not.toContain('TEMP B-TREE');
});

test.each([
  [
    'of a document',
    scans.documentAccesses.run(db, { of: { documentId: 'document' }, before: 9, limit: 51 }),
    '_document',
  ],
  ['of a corpus', scans.documentAccesses.run(db, { of: { corpusId: 'corpus' }, before: 9, limit: 51 }), '_corpus'],
  [
    'by a person',
    scans.accessesOfPerson.run(db, { userId: 'user', after: { documentId: 'document', at, position: 9 }, limit: 51 }),
    '_user',
  ],
] as const)('a page of the openings %s is read in its order by an index', (_name, script, index) => {
  const step = script.next([]);
  if (step.done) throw new Error('nothing was asked for');
  const plan = planOf(step.value).join('; ');
  expect(plan).toContain(`document_access_log${index} `);
  expect(plan).not.toMatch(/TEMP B-TREE|SCAN/);
});

test.each([
  [
    'the questions of a corpus',
    scans.evaluationQuestions.run(db, { userId: 'user', corpusId: 'corpus' }),
    'evaluation_questions_corpus',
  ],
  [
    'a page of runs',
    scans.evaluationRuns.run(db, { corpusId: 'corpus', before: 9, limit: 21 }),
    'evaluation_runs_corpus',
  ],
  [
    'a person’s questions',
    scans.evaluationQuestionsOfPerson.run(db, { userId: 'user', after: '', limit: 50 }),
    'evaluation_questions_author',
  ],
])('%s for measuring are found by an index', (_name, script, index) => {
  const plans: string[] = [];
  for (let step = script.next([]); !step.done; step = script.next([])) plans.push(planOf(step.value).join('; '));
  expect(plans[0]).toContain(index);
  expect(plans.filter((plan) => plan.includes('SCAN'))).toEqual([]);
});

test.each([
  [
    'of documents',
    reads.tagsOfDocuments.run(db, { userId: 'user', documentIds: ['document', 'other'] }),
    'document_tags_1',
  ],
  ['of corpora', scans.tagsOfCorpora.run(db, { corpusIds: ['corpus', 'other'] }), 'document_tags_corpus'],
  [
    'of a list of documents',
    scans.documentsOfCorpus.run(db, { userId: 'user', corpusId: 'corpus', tag: 'Draft', limit: 51 }),
    'document_tags_corpus',
  ],
  [
    'of a search',
    filteredRows(db, { documents: new Map() }, ['corpus', 'other'], { tags: ['Draft'] }),
    'document_tags_corpus',
  ],
])('tags %s are found by an index', (_name, script, index) => {
  const plans: string[] = [];
  for (let step = script.next([]); !step.done; step = script.next([])) plans.push(planOf(step.value).join('; '));
  expect(plans.join('; ')).toContain(index);
  expect(plans.filter((plan) => plan.includes('SCAN'))).toEqual([]);
});

test.each(goingOnPlans(db))('sessions $name are found by $index, and no other is looked at', ({ script, index }) => {
  const plan = planOf(sessionStatementOf(script));
  expect(plan.join('; ')).toContain(index);
  const ofSessions = plan.filter((detail) => /\bk USING .*INDEX/.test(detail));
  expect(ofSessions).toEqual(['SEARCH k USING INDEX sqlite_autoindex_user_sessions_1 (session_id=?)']);
});

test('what goes on is found by what is under way, waits or failed, and never by all there was', () => {
  const plans: string[] = [];
  const script = scans.whatGoesOn.run(db, { since: at, maxTurns: 10, maxFailures: 10 });
  for (let step = script.next([]); !step.done; step = script.next([])) plans.push(...planOf(step.value));
  // The instances are few, and all of them are asked for; the failures of documents are put together before they are counted.
  const scanned = plans.filter((detail) => /\bSCAN (?!instances|x\b|CONSTANT)/.test(detail));
  expect(scanned.filter((detail) => !/USING (COVERING )?INDEX (turns|jobs)_unfinished/.test(detail))).toEqual([]);
  for (const index of ['turns_unfinished', 'jobs_unfinished', 'turns_failed', 'documents_failed', 'mail_failures_at']) {
    expect(plans.join('; ')).toContain(index);
  }
  expect(plans.join('; ')).toContain('document_versions_failed');
});

/** Of a range in which no month is summed up. */
const withoutMonths = ({ sql }: Statement) => (/from usage_months/.test(sql) ? [] : [{ key: 'agent' }]);

test.each(['day', 'subject_id', 'nothing'] as const)('counts of use by %s are a stretch of their keys', (by) => {
  const plans: string[] = [];
  const range = { kind: 'agent', from: '2026-01-01', to: '2026-01-31', by, limit: 10 } as const;
  const script = scans.usageBetween.run(db, range);
  for (let step = script.next([]); !step.done; step = script.next(withoutMonths(step.value)))
    plans.push(...planOf(step.value));
  for (const table of ['days', 'tokens', 'latencies', 'people']) {
    expect(plans.join('; ')).toMatch(
      new RegExp(`sqlite_autoindex_usage_${table}_1 \\(kind=\\? AND day>\\? AND day<\\?`),
    );
  }
  expect(plans.filter((detail) => /\bSCAN (?!CONSTANT|x\b|\(subquery)/.test(detail))).toEqual([]);
});

/** Of a range in whose middle a month is summed up. */
const withMonth = ({ sql }: Statement) => {
  if (/from usage_months/.test(sql)) return [{ month: '2026-02' }];
  if (/from usage_month_sums/.test(sql)) return [{ key: 'agent', sums: '{"tokens":[],"latencies":[],"people":""}' }];
  return /from usage_days/.test(sql) ? [{ key: 'agent' }] : [];
};

test.each(['subject_id', 'nothing'] as const)('counts of use by %s beside months are read by their days', (by) => {
  const plans: string[] = [];
  const range = { kind: 'agent', from: '2026-01-02', to: '2026-03-30', by, limit: 10 } as const;
  const script = scans.usageBetween.run(db, { ...range, ...(by === 'nothing' && { subjectId: 'agent' }) });
  for (let step = script.next([]); !step.done; step = script.next(withMonth(step.value)))
    plans.push(...planOf(step.value));
  const all = plans.join('; ');
  for (const table of ['tokens', 'latencies', 'people']) {
    expect(all).toMatch(new RegExp(`sqlite_autoindex_usage_${table}_1 \\(kind=\\? AND day=\\?`));
  }
  expect(all).toMatch(/SEARCH u USING PRIMARY KEY \(kind=\? AND month=\? AND subject_id=\?\)/);
  expect(all).toMatch(/sqlite_autoindex_usage_days_1 \(kind=\? AND day>\? AND day<\?/);
  expect(plans.filter((detail) => /\bSCAN (?!CONSTANT|x\b|\(subquery)/.test(detail))).toEqual([]);
});

test.each([
  ['sessions', 'user_sessions_activity'],
  ['imported', 'user_sessions_imported_at'],
  ['session_bin', 'user_sessions_deleted'],
  ['document_bin', 'documents_by_deletion'],
  ['document_accesses', 'document_access_log_at'],
  ['audit_personal', 'audit_log_personal'],
] as const)('what would go of %s is a stretch of %s', (kind, index) => {
  const plans: string[] = [];
  const script = scans.wouldGo.run(db, { kind, before: at });
  for (let step = script.next([]); !step.done; step = script.next([])) plans.push(...planOf(step.value));
  expect(plans.join('; ')).toContain(index);
  // Corpora are few.
  expect(plans.filter((detail) => /\bSCAN (?!corpora$)/.test(detail))).toEqual([]);
});

test.each(['sessions', 'imported', 'document_accesses', 'audit_personal'] as const)(
  'a batch of %s that is over is found without a look at what is kept',
  (kind) => {
    const plans: string[] = [];
    const script = commands.sweepByRule.run(db, { kind, max: 10, at });
    const rules = [{ value: JSON.stringify({ [kind]: 100 }) }];
    for (let step = script.next([]); !step.done; step = script.next(rules.splice(0))) plans.push(...planOf(step.value));
    expect(plans.filter((detail) => /\bSCAN /.test(detail))).toEqual([]);
  },
);

test.each(
  Object.entries({
    done: countDoneTurns(db, [{ turn_id: 'turn', fence: 1 }]),
    'ended otherwise': countEndedTurn(db, 'turn'),
    rated: countFeedback(db, { turnId: 'turn', userId, sign: 1 }),
    'of an erased session': countAsGone(db, { sessionId }),
  }),
)('a turn that is %s is counted without a look at others', (_name, script) => {
  const plans: string[] = [];
  for (let step = script.next([]); !step.done; step = script.next([])) plans.push(...planOf(step.value));
  expect(plans.join('; ')).toMatch(/SEARCH t USING INDEX/);
  // What was made of the turn itself is looked through: its ids of groups, corpora, keys and attempts.
  const ofAll = plans.filter((detail) => /\bSCAN (?!g VIRTUAL|c LEFT-JOIN|cited|k$|ends)/.test(detail));
  expect(ofAll).toEqual([]);
});

test('the end of the chain and what waits are found without reading the log', () => {
  const plans: string[] = [];
  const script = reads.auditChain.run(db, {});
  for (let step = script.next([]); !step.done; step = script.next([])) plans.push(...planOf(step.value));
  expect(plans).toEqual([expect.stringMatching(/audit_log_unsealed/), expect.stringMatching(/audit_log_chain/)]);
});

test.each(listPlans(db))('sessions $name are a stretch of $index', ({ name, script, index }) => {
  const plan = planOf(sessionStatementOf(script));
  const ofSessions = plan.filter((detail) =>
    /\b(?:k|user_sessions|s) USING (?:COVERING )?INDEX user_sessions_/.test(detail),
  );
  expect(ofSessions.length).toBeGreaterThan(0);
  for (const detail of ofSessions) expect(detail).toContain(` ${index}`);
  // The indexes of what is archived have nothing else in them.
  const whole = plan.filter((detail) => /SCAN (?:k|user_sessions)\b USING/.test(detail));
  expect(whole.filter((detail) => !detail.includes('user_sessions_archived_'))).toEqual([]);
  // A page begins where the page before ended, and nothing is looked at that lies between.
  if (name.includes('further down') && !index.includes('user'))
    expect(plan.join('; ')).toMatch(/session_id\)<\(\?,\?\)/);
});

test.each([{ sessionIds: ['session'] }, { userIds: ['user'] }])(
  'who is in a session is settled by keys: of $sessionIds $userIds',
  (scope) => {
    const plans: string[] = [];
    const script = settleMembers(db, { ...scope, at });
    for (let step = script.next([]); !step.done; step = script.next([])) plans.push(...planOf(step.value));
    expect(plans.filter((detail) => /^SCAN (?!e$|r$|\(subquery)/.test(detail))).toEqual([]);
  },
);

test('sessions that others let a member see are found by their index', () => {
  const step = scans.memberSessions.run(db, { userId: 'user', limit: 41 }).next([]);
  if (step.done) throw new Error('nothing was asked for');
  expect(planOf(step.value).join('; ')).toContain('session_members_shared (user_id=?)');
});

function planOf(asked: Statement): string[] {
  return [asked, ...(asked.with ?? [])].flatMap(({ sql, parameters }) => {
    const plan = database.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[]));
    return plan.map((row) => String(row.detail));
  });
}
