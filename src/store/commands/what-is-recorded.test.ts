import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { everyoneGroupId } from '../../contract/access.ts';
import { type AgentDefinition, defaultLimits } from '../../contract/agents.ts';
import { type AuditAction, auditAction } from '../../contract/audit.ts';
import { personalHash } from '../audit-chain.ts';
import type { Command } from '../command.ts';
import { acceptArgs } from '../conformance/given-log.ts';
import { importArgs } from '../conformance/import-rows.ts';
import { sqliteBuilder } from '../script.ts';
import { createDriver, type Driver } from '../sqlite/drive.ts';
import { migrate } from '../sqlite/migrate.ts';
import { commands } from './index.ts';

type CommandName = keyof typeof commands;

/** Stands in every name, address and free text, so that none of them can reach the facts unseen. */
const mark = 'PERSONAL';
const at = systemClock.now();
const by = { userId: 'admin' };
const change = { at, by };

const agent = { id: 'librarian', name: 'Librarian', description: 'Finds', instructions: 'Find.', tools: [] };
const definition: AgentDefinition = {
  name: `Tea ${mark}`,
  description: mark,
  instructions: mark,
  tools: [],
  corpora: [],
  model: '',
  ...defaultLimits,
};
const agentTest = {
  ...change,
  sessionId: 'test',
  userId: 'admin',
  title: mark,
  definition,
  corpora: [],
  temporaryUntil: '2030-01-01T00:00:00.000Z',
};
const user = { userId: 'bob', username: `bob-${mark}`, displayName: `Bob ${mark}`, passwordHash: 'hash' };
const login = { tokenId: 'login', tokenHash: 'token', userId: 'admin', verifiedHash: 'admin hash' };
const client = { address: `192.0.2.1 ${mark}`, userAgent: `browser ${mark}` };
const signIn = { ...login, ...client, expiresAt: '2030-01-01T00:00:00.000Z', at };
const changed = {
  ...change,
  userId: 'admin',
  verifiedHash: 'admin hash',
  passwordHash: 'new hash',
  revokesKeys: true,
  login: { tokenId: 'next', tokenHash: 'next', expiresAt: signIn.expiresAt, ...client },
};
const corpus = { id: 'corpus', name: 'Tea', description: mark, ownerUserId: null };
const group = { groupId: 'group', name: 'Finance' };
const defaults = { everyoneAgentId: 'librarian', groups: [{ groupId: 'group', agentId: 'librarian' }] };
const endpoint = {
  endpointId: 'endpoint',
  name: `endpoint ${mark}`,
  baseUrl: 'https://models.example/v1',
  models: ['small'],
  continues: false,
};
const grant = { groupId: 'group', kind: 'agent', objectId: 'librarian', level: 'use' } as const;
const document = {
  documentId: 'document',
  corpusId: 'corpus',
  title: `Title ${mark}`,
  filename: `${mark}.md`,
  mediaType: 'text/markdown',
  bytes: 3,
  sha256: 'abc',
  fileKey: 'file',
  createdBy: null,
  jobId: 'job',
  priority: 0,
};
const keptQuestion = {
  id: 'kept',
  question: `When is ${mark} read?`,
  expected: [{ documentId: 'document', gain: 1 }],
};
const evaluationRun = {
  ...change,
  id: 'run',
  corpusId: 'corpus',
  startedAt: at,
  mode: 'lexical',
  embedder: null,
  measures: { ndcg: 1, recall: 1, reciprocal_rank: 1, hit1: 1, hit3: 1 },
  results: [{ question_id: 'question' }],
} as const;
/** A file of the archive that the claimed job of `document` reads. */
const fromArchive = {
  hold: { jobId: 'job', fence: 1 },
  documentId: 'of archive',
  title: `Title ${mark}`,
  filename: `${mark}/a.md`,
  mediaType: 'text/markdown',
  bytes: 3,
  sha256: 'of archive',
  fileKey: 'of archive',
  jobId: 'of archive',
  priority: 0,
  progress: 0,
  at,
};
const fromAddress = {
  ...change,
  documentId: 'page',
  corpusId: 'corpus',
  address: `https://example.org/${mark}`,
  title: mark,
  filename: mark,
  createdBy: null,
  jobId: 'page',
};
const session = { sessionId: 'session', userId: 'bob', agentId: 'librarian', title: mark, titleIsSet: true };
const shared = { sessionId: 'session', userId: 'bob' } as const;
const asked = { ...session, corpora: [], origin: 'api', at } as const;
const refused = { username: user.username, failures: 5, refusedSince: 7, ...client, at };
const handbook = { settingKey: 'handbook', corpusId: 'handbook', name: 'Handbook', description: '', at };

const apiKey = {
  ...change,
  keyId: 'key',
  keyHash: 'key',
  hint: 'pdk_',
  userId: 'admin',
  name: `Sync ${mark}`,
  scopes: ['sessions:read'],
  expiresAt: signIn.expiresAt,
  maxKeys: 5,
};
const longAgo = '2001-01-01T00:00:00.000Z';
const said = {
  version: 'one',
  text: mark,
  kind: 'warning',
  is_dismissible: true,
  from: null,
  until: at,
  on_sign_in: true,
} as const;
const branding = { name: mark, accent: '#123456' };
const logo = { media_type: 'image/png', width: 1, height: 1, alt: mark, base64: 'AAAA' } as const;
const prices = { currency: 'EUR', models: [{ model: 'm', input_per_million: 1, output_per_million: 2 }] };
const asks = { expiresAt: signIn.expiresAt, ...client, at };
const link = { ...change, createdBy: 'admin', expiresAt: signIn.expiresAt };
const invitation = { ...link, username: null, email: null, role: 'member', groupIds: [] as string[] };
const accepted = {
  tokenHash: 'invitation',
  userId: 'invited',
  username: `invited-${mark}`,
  displayName: mark,
  passwordHash: 'hash',
  at,
};
const confirmed = {
  ...change,
  userId: 'bob',
  secret: 'sealed',
  step: 1,
  codeHashes: ['one'],
  login: { tokenId: 'with code', tokenHash: 'with code', expiresAt: signIn.expiresAt, ...client },
};
const issuer = 'https://id.example.org/';
/** Linked to `member`, who is in the group by hand. */
const atProvider = { issuer, subject: `member ${mark}` };
const newcomer = {
  issuer,
  subject: `newcomer ${mark}`,
  newUser: { userId: 'newcomer', username: `newcomer-${mark}`, displayName: mark },
};
const again = (n: number) => ({ tokenId: `oidc ${n}`, tokenHash: `oidc ${n}` });
const budget = { owner: { kind: 'everybody' }, turnsPerDay: 3, tokensPerDay: null };

/** One call of a command: its arguments, and what it records. */
type Step = readonly [args: object, ...records: AuditAction[]];

const underWay = importArgs('bob');

const tagged = { corpusId: 'corpus', documentIds: ['document'] };

const another = {
  ...document,
  ...change,
  archiveType: 'application/zip',
  sha256: 'another',
  filename: `another ${mark}`,
};
const anew = { ...change, archiveType: 'application/zip', priority: 0 };

/** What must hold for each command that records itself, from a store with an administrator, a member, a group, a corpus and a document
 *  on: the calls in order, those that change nothing and those that are refused among them. */
const recorded: Partial<Record<CommandName, readonly Step[]>> = {
  createUser: [
    [{ ...user, ...change, userId: 'eve', username: `eve-${mark}`, role: 'member' }, 'user.created'],
    [{ ...user, ...change, userId: 'eve2', username: `EVE-${mark}`, role: 'member' }],
    [{ ...user, ...change, userId: 'may', username: 'may', email: `may@${mark}`, role: 'member' }, 'user.created'],
    [{ ...user, ...change, userId: 'may2', username: 'may2', email: `MAY@${mark}`, role: 'member' }],
  ],
  ensureFirstAdministrator: [[{ ...user, ...change, userId: 'second' }]],
  patchUser: [
    [{ ...change, userId: 'bob', changes: { displayName: `Robert ${mark}` } }, 'user.changed'],
    [{ ...change, userId: 'bob', changes: { displayName: `Robert ${mark}`, role: 'member', isActive: true } }],
    [{ ...change, userId: 'bob', changes: { role: 'curator', isActive: false } }, 'user.changed'],
    [{ ...change, userId: 'bob', changes: { passwordHash: 'another' } }, 'user.changed'],
    [{ ...change, userId: 'bob', changes: { email: `bob@${mark}` } }, 'user.changed'],
    [{ ...change, userId: 'bob', changes: { email: `bob@${mark}` } }],
    [{ ...change, userId: 'bob', changes: { email: `SAFE@${mark}` } }],
    [{ ...change, userId: 'bob', changes: { email: null } }, 'user.changed'],
    [{ ...change, userId: 'none', changes: { displayName: 'x' } }],
    [{ ...change, userId: 'admin', changes: { isActive: false } }],
  ],
  deleteUser: [
    [{ ...change, userId: 'bob' }, 'user.deleted'],
    [{ ...change, userId: 'bob' }],
    [{ ...change, userId: 'admin' }],
  ],
  eraseUser: [
    [{ ...change, userId: 'bob', corpora: 'erase' }, 'user.erasure_began'],
    [{ ...change, userId: 'bob', corpora: 'keep' }],
    [{ ...change, userId: 'admin', corpora: 'keep' }],
  ],
  finishErasing: [[{ userIds: ['gone', 'member'], at }, 'user.erased'], [{ userIds: ['gone'], at }]],
  clearErased: [
    [{ maxRows: 3, withoutFile: [], at }, 'corpus.deleted', 'corpus.purged'],
    [{ maxRows: 3, withoutFile: [], at }],
  ],
  putLoginToken: [
    [{ ...signIn, failuresBefore: 2 }, 'user.signed_in'],
    [{ ...signIn, tokenId: 'other', tokenHash: 'other', verifiedHash: 'not this' }],
  ],
  revokeLoginToken: [
    [{ tokenId: 'first login', at }, 'user.signed_out'],
    [{ tokenId: 'first login', at }],
    [{ tokenId: 'none', at }],
  ],
  revokeLogins: [
    [{ ...change, userId: 'admin', except: 'first login' }],
    [{ ...change, userId: 'admin', only: 'first login' }, 'login.revoked'],
    [{ ...change, userId: 'admin', only: 'first login' }],
    [{ ...change, userId: 'none' }],
  ],
  changePassword: [[{ ...changed, verifiedHash: 'not this' }], [changed, 'user.password_changed'], [changed]],
  createApiKey: [[apiKey, 'api_key.created'], [{ ...apiKey, keyId: 'second key', keyHash: 'second key', maxKeys: 1 }]],
  revokeApiKey: [
    [{ ...change, userId: 'admin', keyId: 'first key' }, 'api_key.revoked'],
    [{ ...change, userId: 'admin', keyId: 'first key' }],
  ],
  signInByOidc: [
    [{ ...signIn, ...atProvider, subject: 'nobody' }],
    [{ ...signIn, ...atProvider, groupNames: ['FINANCE'] }, 'user.signed_in'],
    [{ ...signIn, ...again(1), ...atProvider, groupNames: ['OTHER', 'Everyone'] }, 'user.signed_in'],
    [
      { ...signIn, ...again(2), ...newcomer, groupNames: ['FINANCE'] },
      'user.created',
      'oidc.linked',
      'user.signed_in',
      'group.member_added',
    ],
    [{ ...signIn, ...again(3), ...newcomer, groupNames: [] }, 'user.signed_in', 'group.member_removed'],
    [{ ...signIn, ...again(4), ...newcomer, subject: `third ${mark}` }],
  ],
  linkOidc: [
    [{ ...change, issuer, subject: `admin ${mark}`, userId: 'admin' }, 'oidc.linked'],
    [{ ...change, issuer, subject: `admin ${mark}`, userId: 'admin' }],
    [{ ...change, issuer, subject: `other ${mark}`, userId: 'admin' }],
  ],
  unlinkOwnOidc: [
    [{ ...change, userId: 'member', verifiedHash: 'not this' }],
    [{ ...change, userId: 'member', verifiedHash: 'hash' }, 'oidc.unlinked'],
    [{ ...change, userId: 'member', verifiedHash: 'hash' }],
  ],
  unlinkOidc: [
    [{ ...change, userId: 'member' }, 'oidc.unlinked'],
    [{ ...change, userId: 'member' }],
    [{ ...change, userId: 'none' }],
  ],
  createInvitation: [
    [{ ...invitation, id: 'more', tokenHash: 'more', username: `ann-${mark}` }, 'invitation.created'],
    [{ ...invitation, id: 'mailed', tokenHash: 'mailed', email: `cy@${mark}` }, 'invitation.created'],
    [{ ...invitation, id: 'third', tokenHash: 'third', username: 'admin' }],
    [{ ...invitation, id: 'third', tokenHash: 'third', email: `SAFE@${mark}` }],
    [{ ...invitation, id: 'fourth', tokenHash: 'fourth', groupIds: ['none'] }],
  ],
  renewInvitation: [
    [{ ...link, id: 'invitation', tokenHash: 'renewed' }, 'invitation.renewed'],
    [{ ...link, id: 'none', tokenHash: 'none' }],
  ],
  withdrawInvitation: [[{ ...change, id: 'invitation' }, 'invitation.withdrawn'], [{ ...change, id: 'invitation' }]],
  acceptInvitation: [
    [{ ...accepted, tokenHash: 'none' }],
    [accepted, 'user.created', 'invitation.accepted'],
    [accepted],
  ],
  createReset: [
    [{ ...link, id: 'reset', tokenHash: 'reset', userId: 'bob' }, 'user.reset_offered'],
    [{ ...link, id: 'no reset', tokenHash: 'no reset', userId: 'none' }],
  ],
  askForReset: [
    [{ ...asks, id: 'nobody', tokenHash: 'nobody', account: `nobody ${mark}` }],
    [{ ...asks, id: 'no address', tokenHash: 'no address', account: user.username }],
    [{ ...asks, id: 'again', tokenHash: 'again', account: 'SAFE' }],
    [{ ...asks, id: 'new', tokenHash: 'new', account: `MEMBER@${mark}` }, 'user.reset_asked_for'],
  ],
  withdrawUnmailedReset: [
    [{ id: 'asked for', problem: 'too_slow', at }, 'user.reset_not_mailed'],
    [{ id: 'asked for', problem: 'too_slow', at }],
    [{ id: 'reset of member', problem: 'too_slow', at }],
  ],
  useReset: [
    [{ tokenHash: 'reset of member', passwordHash: 'new hash', at }, 'user.password_reset'],
    [{ tokenHash: 'reset of member', passwordHash: 'new hash', at }],
  ],
  confirmSecondFactor: [[{ ...confirmed, secret: 'not this' }], [confirmed, 'second_factor.turned_on'], [confirmed]],
  renewRecoveryCodes: [
    [{ ...change, userId: 'safe', proof: { step: 2 }, codeHashes: ['new'] }, 'second_factor.codes_renewed'],
    [{ ...change, userId: 'safe', proof: { step: 2 }, codeHashes: ['new'] }],
  ],
  turnOffSecondFactor: [
    [{ ...change, userId: 'safe', proof: { step: 1 }, login: confirmed.login }],
    [{ ...change, userId: 'safe', proof: { step: 2 }, login: confirmed.login }, 'second_factor.turned_off'],
  ],
  removeSecondFactor: [
    [{ ...change, userId: 'safe' }, 'second_factor.removed'],
    [{ ...change, userId: 'safe' }],
    [{ ...change, userId: 'none' }],
  ],
  requireSecondFactor: [
    [{ ...change, userId: 'admin', roles: ['administrator'] }],
    [{ ...change, userId: 'admin', roles: ['member'] }, 'second_factor.required'],
    [{ ...change, userId: 'admin', roles: ['member'] }],
  ],
  putBudget: [
    [{ ...change, ...budget }, 'budget.put'],
    [{ ...change, ...budget }],
    [{ ...change, ...budget, tokensPerDay: 5 }, 'budget.put'],
    [{ ...change, ...budget, owner: { kind: 'group', subjectId: 'none' } }],
  ],
  removeBudget: [
    [{ ...change, owner: { kind: 'user', subjectId: 'bob' } }, 'budget.removed'],
    [{ ...change, owner: { kind: 'user', subjectId: 'bob' } }],
  ],
  noteRefusedSignIns: [
    [refused, 'user.sign_in_refused'],
    [{ ...refused, username: `a password ${mark}` }, 'user.sign_in_refused'],
  ],
  createGroup: [
    [{ ...change, groupId: 'other', name: 'Other' }, 'group.created'],
    [{ ...change, groupId: 'more', name: 'FINANCE' }],
  ],
  renameGroup: [
    [{ ...change, groupId: 'group', name: 'Money' }, 'group.renamed'],
    [{ ...change, groupId: 'group', name: 'Money' }],
    [{ ...change, groupId: everyoneGroupId, name: 'Nobody' }],
    [{ ...change, groupId: 'none', name: 'x' }],
  ],
  deleteGroup: [
    [{ ...change, groupId: 'group' }, 'group.deleted'],
    [{ ...change, groupId: 'group' }],
    [{ ...change, groupId: everyoneGroupId }],
  ],
  addGroupMembers: [
    [{ ...change, groupId: 'group', userIds: ['bob', 'admin', 'bob'] }, 'group.member_added', 'group.member_added'],
    [{ ...change, groupId: 'group', userIds: ['bob'] }],
    [{ ...change, groupId: 'group', userIds: ['bob', 'none'] }],
  ],
  removeGroupMember: [
    [{ ...change, groupId: 'group', userId: 'member' }, 'group.member_removed'],
    [{ ...change, groupId: 'group', userId: 'member' }],
    [{ ...change, groupId: everyoneGroupId, userId: 'member' }],
  ],
  putGrant: [
    [{ ...change, ...grant, kind: 'corpus', objectId: 'corpus', level: 'read' }, 'grant.put'],
    [{ ...change, ...grant, kind: 'corpus', objectId: 'corpus', level: 'read' }],
    [{ ...change, ...grant, kind: 'corpus', objectId: 'corpus', level: 'curate' }, 'grant.put'],
    [{ ...change, ...grant, objectId: 'none' }],
  ],
  removeGrant: [
    [{ ...change, ...grant }, 'grant.removed'],
    [{ ...change, ...grant }],
    [{ ...change, ...grant, groupId: 'none' }],
  ],
  putCorpusAccess: [
    [{ ...change, corpusId: 'corpus', groupId: 'group', level: 'read' }, 'grant.put'],
    [{ ...change, corpusId: 'corpus', groupId: 'group', level: 'read' }],
    [{ ...change, corpusId: 'corpus', groupId: 'group', level: 'curate' }, 'grant.put'],
    [{ ...change, corpusId: 'corpus', groupId: 'none', level: 'read' }],
  ],
  removeCorpusAccess: [
    [{ ...change, corpusId: 'corpus', groupId: everyoneGroupId }, 'grant.removed'],
    [{ ...change, corpusId: 'corpus', groupId: everyoneGroupId }],
    [{ ...change, corpusId: 'corpus', groupId: 'none' }],
  ],
  setAgentCorpora: [
    [{ ...change, agentId: 'librarian', corpora: ['corpus', 'corpus'] }, 'agent.corpora_set'],
    [{ ...change, agentId: 'librarian', corpora: ['corpus'] }],
    [{ ...change, agentId: 'librarian', corpora: ['corpus', 'binned corpus'] }],
    [{ ...change, agentId: 'none', corpora: ['corpus'] }],
    [{ ...change, agentId: 'librarian', corpora: [] }, 'agent.corpora_set'],
  ],
  createAgent: [
    [{ ...change, agentId: 'tea', definition, note: mark }, 'agent.created'],
    [{ ...change, agentId: 'tea too', definition, note: mark }],
    [{ ...change, agentId: 'milk', definition: { ...definition, name: 'Milk', corpora: ['none'] }, note: mark }],
  ],
  saveAgent: [
    [{ ...change, agentId: 'librarian', baseVersion: 1, definition, note: mark }, 'agent.changed'],
    [{ ...change, agentId: 'librarian', baseVersion: 2, definition, note: mark }],
    [{ ...change, agentId: 'librarian', baseVersion: 1, definition, note: mark }],
    [{ ...change, agentId: 'none', baseVersion: 1, definition, note: mark }],
  ],
  restoreAgent: [
    [{ ...change, agentId: 'made', baseVersion: 2, version: 1, note: mark }, 'agent.restored'],
    [{ ...change, agentId: 'made', baseVersion: 2, version: 2, note: mark }],
    [{ ...change, agentId: 'made', baseVersion: 3, version: 9, note: mark }],
  ],
  setAgentActive: [
    [{ ...change, agentId: 'librarian', isActive: false }, 'agent.switched_off'],
    [{ ...change, agentId: 'librarian', isActive: false }],
    [{ ...change, agentId: 'librarian', isActive: true }, 'agent.switched_on'],
  ],
  deleteAgent: [
    [{ ...change, agentId: 'made' }, 'agent.deleted'],
    [{ ...change, agentId: 'librarian' }],
    [{ ...change, agentId: 'none' }],
  ],
  beginAgentTest: [[agentTest, 'agent.tested']],
  setAgentDefaults: [
    [{ ...change, ...defaults }, 'agent.defaults_set'],
    [{ ...change, ...defaults }],
    [{ ...change, ...defaults, groups: [{ groupId: 'none', agentId: 'librarian' }] }],
    [{ ...change, ...defaults, everyoneAgentId: 'none' }],
    [{ ...change, everyoneAgentId: null, groups: [] }, 'agent.defaults_set'],
  ],
  putBuiltins: [
    [{ agents: [agent], at }],
    [{ agents: [{ ...agent, instructions: 'Search.' }], at }, 'agent.changed'],
    [{ agents: [agent, { ...agent, id: 'second' }], at }, 'agent.created'],
  ],
  createCorpus: [
    [{ ...change, ...corpus, id: 'other', name: 'Coffee' }, 'corpus.created'],
    [{ ...change, ...corpus, id: 'third', name: 'COFFEE' }],
  ],
  updateCorpus: [
    [{ ...change, id: 'corpus', name: 'Teas' }, 'corpus.changed'],
    [{ ...change, id: 'corpus', name: 'Teas', description: mark }],
    [{ ...change, id: 'corpus', description: `more ${mark}` }, 'corpus.changed'],
    [{ ...change, id: 'corpus', tags: [mark, mark.toUpperCase()] }, 'corpus.changed'],
    [{ ...change, id: 'corpus', tags: [mark] }],
    [{ ...change, id: 'corpus', archived: true }, 'corpus.changed'],
    [{ ...change, id: 'corpus', archived: true }],
    [{ ...change, id: 'corpus', archived: false }, 'corpus.changed'],
    [{ ...change, id: 'none', name: 'x' }],
  ],
  giveCorpus: [
    [{ ...change, id: 'corpus', username: 'ADMIN' }, 'corpus.given'],
    [{ ...change, id: 'corpus', username: 'admin' }],
    [{ ...change, id: 'corpus', username: 'nobody' }],
    [{ ...change, id: 'none', username: 'admin' }],
  ],
  deleteCorpus: [[{ ...change, id: 'corpus' }, 'corpus.deleted'], [{ ...change, id: 'corpus' }]],
  restoreCorpus: [
    [{ ...change, id: 'binned corpus' }, 'corpus.restored'],
    [{ ...change, id: 'binned corpus' }],
    [{ ...change, id: 'corpus' }],
  ],
  purgeCorpus: [
    [{ ...change, id: 'binned corpus' }, 'corpus.purged'],
    [{ ...change, id: 'binned corpus' }],
    [{ ...change, id: 'corpus' }],
  ],
  startHandbook: [[handbook, 'corpus.created'], [handbook]],
  addDocument: [
    [{ ...change, ...document, documentId: 'new', sha256: 'new', jobId: 'new' }, 'document.added'],
    [{ ...change, ...document, documentId: 'again', sha256: 'new', jobId: 'again' }],
    [{ ...change, ...document, documentId: 'again', jobId: 'again' }, 'document.retried'],
    [{ ...change, ...document, documentId: 'more', corpusId: 'none', jobId: 'more' }],
  ],
  addFromAddress: [
    [fromAddress, 'document.added'],
    [{ ...fromAddress, documentId: 'page again' }],
    [{ ...fromAddress, documentId: 'nowhere', corpusId: 'none' }],
  ],
  cancelDocument: [
    [{ ...change, documentId: 'waiting' }, 'document.cancelled'],
    [{ ...change, documentId: 'waiting' }],
    [{ ...change, documentId: 'none' }],
  ],
  reprocessDocument: [
    [{ ...anew, documentId: 'read', jobId: 'read again' }, 'document.reprocessed'],
    [{ ...anew, documentId: 'read', jobId: 'and again' }],
    [{ ...anew, documentId: 'waiting', jobId: 'too early' }],
    [{ ...anew, documentId: 'none', jobId: 'none' }],
  ],
  tagDocuments: [
    [{ ...change, ...tagged, change: { set: [`Draft ${mark}`, 'Rules'] } }, 'document.tagged'],
    [{ ...change, ...tagged, change: { add: [`draft ${mark}`], remove: [] } }, 'document.tagged'],
    [{ ...change, ...tagged, change: { add: [`draft ${mark}`], remove: ['none'] } }],
    [
      { ...change, ...tagged, documentIds: ['document', 'waiting'], change: { add: ['Tea'], remove: ['RULES'] } },
      'document.tagged',
      'document.tagged',
    ],
  ],
  replaceOriginal: [
    [{ ...anew, ...document, documentId: 'web page', jobId: 'replaced' }],
    [{ ...another, documentId: 'web page', sha256: 'read', jobId: 'of another' }],
    [{ ...another, documentId: 'web page', jobId: 'replaced' }, 'document.replaced'],
    [{ ...another, documentId: 'web page', jobId: 'replaced again' }],
    [{ ...another, documentId: 'web page', sha256: 'more', jobId: 'busy' }],
    [{ ...another, documentId: 'none', jobId: 'none' }],
  ],
  fetchAgain: [
    [{ ...anew, documentId: 'web page', jobId: 'fetched' }, 'document.fetched_again'],
    [{ ...anew, documentId: 'web page', jobId: 'fetched again' }],
    [{ ...anew, documentId: 'read', jobId: 'of a file' }],
    [{ ...anew, documentId: 'none', jobId: 'none' }],
  ],
  retryDocument: [
    [{ ...change, documentId: 'document', jobId: 'once-more', priority: 0 }, 'document.retried'],
    [{ ...change, documentId: 'document', jobId: 'twice-more', priority: 0 }],
    [{ ...change, documentId: 'none', jobId: 'none', priority: 0 }],
  ],
  keepEvaluationQuestions: [
    [{ ...change, corpusId: 'corpus', questions: [keptQuestion] }, 'evaluation.questions_kept'],
    [{ ...change, corpusId: 'corpus', questions: [{ ...keptQuestion, id: 'again' }] }],
  ],
  removeEvaluationQuestion: [
    [{ ...change, corpusId: 'corpus', questionId: 'question' }, 'evaluation.question_removed'],
    [{ ...change, corpusId: 'corpus', questionId: 'question' }],
  ],
  storeEvaluationRun: [[evaluationRun, 'evaluation.measured']],
  addFromArchive: [
    [fromArchive, 'document.added'],
    [{ ...fromArchive, documentId: 'twice' }],
    [{ ...fromArchive, documentId: 'twin', filename: 'twin.md' }],
    [{ ...fromArchive, documentId: 'late', sha256: 'late', hold: { jobId: 'job', fence: 0 } }],
  ],
  deleteDocument: [
    [{ ...change, documentId: 'document' }, 'document.deleted'],
    [{ ...change, documentId: 'document' }],
  ],
  restoreDocument: [
    [{ ...change, documentId: 'binned', jobId: 'restored' }, 'document.restored'],
    [{ ...change, documentId: 'binned', jobId: 'restored again' }],
  ],
  purgeDocument: [
    [{ ...change, documentId: 'binned' }, 'document.purged'],
    [{ ...change, documentId: 'binned' }],
    [{ ...change, documentId: 'document' }],
  ],
  stopSessionTurns: [
    [{ ...change, sessionId: 'session', code: 'stopped_by_administrator' }, 'session.stopped'],
    [{ ...change, sessionId: 'session', code: 'stopped_by_administrator' }],
  ],
  noteSessionRead: [
    [{ ...change, sessionId: 'session', reason: `because ${mark}` }, 'session.read'],
    [{ ...change, sessionId: 'none', reason: mark }],
  ],
  finishImport: [
    [{ ...underWay.finish, ...change }, 'session.imported'],
    [{ ...underWay.finish, ...change }],
    [{ ...importArgs('bob').finish, ...change }],
  ],
  shareSession: [
    [{ ...change, ...shared, subject: { kind: 'user', id: 'admin' }, level: 'read' }, 'session.shared'],
    [{ ...change, ...shared, subject: { kind: 'user', id: 'admin' }, level: 'read' }],
    [{ ...change, ...shared, subject: { kind: 'user', id: 'admin' }, level: 'write' }, 'session.shared'],
    [{ ...change, ...shared, subject: { kind: 'user', id: 'bob' }, level: 'read' }],
    [{ ...change, ...shared, subject: { kind: 'group', id: 'group' }, level: 'read' }],
    [{ ...change, ...shared, userId: 'member', subject: { kind: 'user', id: 'admin' }, level: 'read' }],
  ],
  unshareSession: [
    [{ ...change, ...shared, subject: { kind: 'user', id: 'member' } }, 'session.unshared'],
    [{ ...change, ...shared, subject: { kind: 'user', id: 'member' } }],
    [{ ...change, ...shared, userId: 'admin', subject: { kind: 'user', id: 'admin' } }],
  ],
  invalidateSessions: [
    [{ ...change, sessionIds: ['session', 'none'] }, 'session.invalidated'],
    [{ ...change, sessionIds: ['session'] }],
    [{ ...change, username: user.username }, 'session.invalidated'],
  ],
  noteSessionExport: [
    [{ ...change, sessionId: 'session', userId: 'bob', format: 'markdown' }, 'session.exported'],
    [{ ...change, sessionId: 'session', userId: 'admin', format: 'markdown' }],
    [{ ...change, sessionId: 'none', userId: 'bob', format: 'json' }],
  ],
  noteAccountExport: [[{ ...change, userId: 'member' }, 'account.exported']],
  noteSessionsExport: [
    [{ ...change, status: 'all', sort: 'created_at', agentId: 'librarian' }, 'session_list.exported'],
    [{ ...change, status: 'all', sort: 'created_at', username: mark, q: mark }, 'session_list.exported'],
  ],
  noteUsageExport: [[{ ...change, asked: { chart: 'turns', by: 'day' } }, 'usage.exported']],
  addModelEndpoint: [
    [{ ...change, ...endpoint, endpointId: 'next', name: `other ${mark}`, key: null }, 'model_endpoint.added'],
    [{ ...change, ...endpoint, endpointId: 'namesake', key: null }],
  ],
  changeModelEndpoint: [
    [{ ...change, ...endpoint, models: ['small', 'large'], key: undefined, version: 1 }, 'model_endpoint.changed'],
    [{ ...change, ...endpoint, key: undefined, version: 1 }],
    [{ ...change, ...endpoint, baseUrl: 'https://other.example/v1', key: undefined, version: 2 }],
  ],
  chooseDefaultModel: [
    [{ ...change, place: { endpointId: 'endpoint', model: 'small' } }, 'model.default_set'],
    [{ ...change, place: { endpointId: 'endpoint', model: 'small' } }],
    [{ ...change, place: { endpointId: 'endpoint', model: 'none' } }],
  ],
  removeModelEndpoint: [
    [{ ...change, endpointId: 'endpoint' }, 'model_endpoint.removed'],
    [{ ...change, endpointId: 'endpoint' }],
  ],
  placeHold: [
    [{ ...change, id: 'hold', subject: { kind: 'session', id: 'session' }, reason: mark }, 'hold.placed'],
    [{ ...change, id: 'hold', subject: { kind: 'session', id: 'session' }, reason: mark }],
    [{ ...change, id: 'none', subject: { kind: 'user', id: 'none' }, reason: mark }],
  ],
  releaseHold: [
    [{ ...change, id: 'given hold', reason: mark }, 'hold.released'],
    [{ ...change, id: 'given hold', reason: mark }],
  ],
  putRetentionRule: [
    [{ ...change, kind: 'imported', keepDays: 90, wouldGo: 2 }, 'retention.put'],
    [{ ...change, kind: 'imported', keepDays: 90, wouldGo: 2 }],
  ],
  sweepByRule: [
    [{ kind: 'sessions', max: 1, at }, 'session.expired'],
    [{ kind: 'sessions', max: 1, at }],
    [{ kind: 'audit_personal', max: 1, at }, 'retention.swept'],
    [{ kind: 'imported', max: 1, at }],
  ],
  putAnnouncement: [
    [{ ...change, announcement: said }, 'announcement.put'],
    [{ ...change, announcement: said }],
    [{ ...change, announcement: null }, 'announcement.removed'],
    [{ ...change, announcement: null }],
  ],
  putBranding: [
    [{ ...change, readVersion: null, version: 'one', branding }, 'branding.put'],
    [{ ...change, readVersion: 'one', version: 'two', branding }],
    [{ ...change, readVersion: null, version: 'three', branding: { name: null, accent: null } }],
    [{ ...change, readVersion: 'one', version: 'four', branding: { name: null, accent: null } }, 'branding.put'],
  ],
  putLogo: [
    [{ ...change, readVersion: null, version: 'one', logo }, 'logo.put'],
    [{ ...change, readVersion: null, version: 'two', logo: null }],
    [{ ...change, readVersion: 'one', version: 'three', logo: null }, 'logo.removed'],
    [{ ...change, readVersion: 'three', version: 'four', logo: null }],
  ],
  putModelPrices: [[{ ...change, prices }, 'prices.put'], [{ ...change, prices }]],
  noteAuditExport: [[{ ...change, format: 'csv', filter: { action: 'user.deleted' } }, 'audit.exported']],
  putSetting: [
    [{ ...change, key: 'a flag', value: true }, 'setting.changed'],
    [{ ...change, key: 'a flag', value: true }],
    [{ ...change, key: 'a secret', value: mark }, 'setting.changed'],
  ],
};

/** Commands that leave no record, each with the reason. */
const unrecorded: Partial<Record<CommandName, string>> = {
  purgeDeletedSessions: 'the time in the bin is over, which is the same for every session',
  emptyKnowledgeBin: 'the time in the bin is over, which is the same for all that was deleted',
  pruneBudgets: 'the same for every budget, and changes none',
  touchLoginToken: 'the use of a login',
  touchApiKey: 'the use of a key',
  beginSecondFactor: 'nothing holds before it is confirmed, which records itself',
  adoptSealingKey: 'what the server notes of itself',
  putAgentDraft: 'what a test of an agent answers with, of which its beginning is recorded',
  noteDocumentAccess: 'kept in a log of its own, for the curators of the corpus',
  createSession: 'ordinary use of one’s own sessions',
  updateSession: 'ordinary use of one’s own sessions',
  deleteSession: 'ordinary use of one’s own sessions',
  restoreSession: 'ordinary use of one’s own sessions',
  purgeSession: 'ordinary use of one’s own sessions',
  acceptTurn: 'ordinary use: the session’s log holds it',
  claimTurn: 'the course of a turn: the session’s log holds it',
  renewTurnLeases: 'the course of a turn',
  appendTurnEvents: 'the course of a turn: the session’s log holds it',
  stopTurn: 'a member’s own turn: the session’s log holds it',
  noteRetentionRun: 'what the server notes of itself',
  dismissAnnouncement: 'what a person closed for themselves',
  noteVisit: 'ordinary use of a session',
  putFeedback: 'what a member thinks of an answer is theirs',
  removeFeedback: 'what a member thinks of an answer is theirs',
  releaseTurn: 'the course of a turn',
  flushJournal: 'the course of a turn',
  pruneJournal: 'clears what the session’s log holds',
  sweepDeleted: 'clears what deletions left, which recorded themselves',
  startFetch: 'the fetching of a document that was recorded when it was added',
  storeFetched: 'the fetching of a document',
  startIngest: 'the reading of a document that was recorded when it was added',
  storeDocumentText: 'the reading of a document',
  clearPassages: 'the reading of a document',
  storePassages: 'the reading of a document',
  storePassageVectors: 'the reading of a document',
  wantEmbedder: 'what the settings of the server say',
  storeMissingVectors: 'vectors of passages that are there',
  finishEmbedding: 'the course of a job',
  failEmbedding: 'the course of a job',
  dropOldVectors: 'vectors that no search uses',
  finishDocument: 'the reading of a document',
  failDocument: 'the reading of a document',
  claimJob: 'the course of a job',
  renewJobLeases: 'the course of a job',
  releaseJob: 'the course of a job',
  beginFork: 'ordinary use of one’s own sessions',
  finishFork: 'ordinary use of one’s own sessions',
  beginImport: 'an import, which records itself when the session is whole',
  storeImported: 'an import, which records itself when the session is whole',
  sealAudit: 'chains the records themselves',
  storeWords: 'words of messages, made from the log',
  storePack: 'words of messages, put together',
  clearWords: 'words of messages, which are made from the log again',
  numberPeople: 'sums of what was used, made from its days',
  storeUsageMonth: 'sums of what was used, made from its days',
  checkWritable: 'a probe that changes nothing anybody uses',
  reportInstance: 'what an instance says of itself',
  noteMailFailure: 'a fault of the mail server, which names nobody',
  createAdkSession: 'a program’s own sessions',
  appendAdkEvent: 'a program’s own sessions',
  deleteAdkSession: 'a program’s own sessions',
};

/** The arguments of commands that people ask for and that leave no record. */
const askedFor: Partial<Record<CommandName, object>> = {
  beginSecondFactor: { ...change, userId: 'bob', secret: 'sealed', keyId: 'sealing key' },
  createSession: { ...asked, ...change, sessionId: 'third' },
  updateSession: { ...change, sessionId: 'session', changes: { title: 'Tea' } },
  deleteSession: { ...change, sessionId: 'session' },
  restoreSession: { ...change, sessionId: 'session', userId: 'bob' },
  purgeSession: { ...change, sessionId: 'session', userId: 'bob' },
  acceptTurn: acceptArgs('session', 'bob', change),
  dismissAnnouncement: { ...change, userId: 'bob', version: 'one' },
  stopTurn: { ...change, sessionId: 'session', turnId: 'none', code: 'stopped' },
  beginFork: { ...importArgs('bob'), ...change, source: { sessionId: 'session', turnId: 'none' } },
  finishFork: {
    ...change,
    sessionId: 'session',
    userId: 'bob',
    source: { sessionId: 'session', turnId: 'none' },
    title: 'Tea',
    turns: 0,
    events: 0,
    messages: 0,
  },
  putFeedback: { ...change, sessionId: 'session', turnId: 'none', userId: 'bob', rating: 'up', reason: '' },
  removeFeedback: { ...change, sessionId: 'session', turnId: 'none', userId: 'bob' },
  putAgentDraft: { ...change, sessionId: 'none', userId: 'admin', definition, corpora: [] },
  noteDocumentAccess: { ...change, documentId: 'document', corpusId: 'corpus', what: 'text', notSince: at },
};

/** Recorded commands that nobody who has come in asks for, each with the reason. */
const unasked: Partial<Record<CommandName, string>> = {
  finishErasing: 'the server itself',
  sweepByRule: 'the server itself',
  clearErased: 'the server itself',
  addFromArchive: 'a job, which goes on for whoever uploaded the archive',
  putBuiltins: 'the server itself',
  startHandbook: 'the server itself',
  noteRefusedSignIns: 'the server itself',
  askForReset: 'of somebody who is not signed in, for whom the mailbox speaks',
  withdrawUnmailedReset: 'the server itself',
  putLoginToken: 'brings somebody in: it checks the password',
  signInByOidc: 'brings somebody in, for whom the provider speaks',
  revokeLoginToken: 'takes nothing but the login itself',
  acceptInvitation: 'the link itself lets it, once',
  useReset: 'the link itself lets it, once',
};

const registry = commands as unknown as Record<string, Command<object, unknown>>;
const db = sqliteBuilder();
let database: DatabaseSync;
let driver: Driver;

const call = (name: CommandName, args: object) =>
  driver.drive((registry[name] as Command<object, unknown>).run(db, args));

type Row = {
  position: number;
  at: string;
  actor_user_id: string | null;
  action: string;
  object_id: string;
  facts: string;
  personal: string | null;
  personal_salt: string | null;
};
const records = (after = 0) =>
  database
    .prepare('select * from audit_log where position > ? order by position')
    .all(after) as unknown as readonly Row[];

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  migrate(database, at);
  driver = createDriver(database);
  call('putBuiltins', { agents: [agent], at });
  call('createUser', {
    ...user,
    ...change,
    userId: 'admin',
    username: 'admin',
    passwordHash: 'admin hash',
    role: 'administrator',
  });
  const made = { ...change, agentId: 'made', definition: { ...definition, name: `Made ${mark}` }, note: mark };
  call('createAgent', made);
  call('saveAgent', { ...made, baseVersion: 1, definition: { ...made.definition, instructions: 'Answer.' } });
  call('createUser', { ...user, ...change, role: 'member' });
  call('createUser', {
    ...user,
    ...change,
    userId: 'member',
    username: 'member',
    email: `member@${mark}`,
    role: 'member',
  });
  call('putLoginToken', { ...signIn, tokenId: 'first login', tokenHash: 'first' });
  call('createGroup', { ...group, ...change });
  call('addGroupMembers', { ...change, groupId: 'group', userIds: ['member'] });
  call('putGrant', { ...change, ...grant });
  call('createCorpus', { ...corpus, ...change });
  call('addDocument', { ...document, ...change });
  call('keepEvaluationQuestions', {
    ...change,
    corpusId: 'corpus',
    questions: [{ ...keptQuestion, id: 'question', question: mark }],
  });
  call('addDocument', { ...document, ...change, documentId: 'waiting', sha256: 'waiting', jobId: 'waiting' });
  call('addDocument', { ...document, ...change, documentId: 'binned', sha256: 'binned', jobId: 'binned' });
  call('deleteDocument', { ...change, documentId: 'binned' });
  call('addFromAddress', {
    ...fromAddress,
    documentId: 'web page',
    address: `https://page.example/${mark}`,
    jobId: 'web page',
  });
  call('createCorpus', { ...corpus, ...change, id: 'binned corpus', name: 'Coffee' });
  call('deleteCorpus', { ...change, id: 'binned corpus' });
  call('addDocument', { ...document, ...change, documentId: 'read', sha256: 'read', jobId: 'read' });
  const lease = { instanceId: 'here', bootId: 'boot', nowMs: 0, untilMs: 1 };
  call('claimJob', { kind: 'ingest', lease, goneInstances: [], maxAttempts: 3, at });
  call('createUser', { ...user, ...change, userId: 'gone', username: `gone-${mark}`, role: 'curator' });
  call('createCorpus', { ...change, id: 'gone corpus', name: 'Gone', description: '', ownerUserId: 'gone' });
  call('eraseUser', { ...change, userId: 'gone', corpora: 'erase' });
  database.exec("update documents set state = 'failed' where id = 'document'");
  database.exec("update documents set state = 'ready' where id in ('read', 'web page')");
  call('createApiKey', { ...apiKey, keyId: 'first key', keyHash: 'first key' });
  call('createInvitation', { ...invitation, id: 'invitation', tokenHash: 'invitation' });
  call('putLoginToken', { ...signIn, userId: 'member', verifiedHash: 'hash', ...again(0) });
  call('linkOidc', { ...change, ...atProvider, userId: 'member' });
  call('createReset', { ...link, id: 'reset of member', tokenHash: 'reset of member', userId: 'member' });
  call('createUser', { ...user, ...change, userId: 'safe', username: 'safe', email: `safe@${mark}`, role: 'member' });
  call('adoptSealingKey', { keyId: 'sealing key', at });
  const key = { sealed: `v1.${mark}`, hint: mark, keyId: 'sealing key' };
  call('addModelEndpoint', { ...change, ...endpoint, key });
  for (const userId of ['bob', 'safe'])
    call('beginSecondFactor', { ...change, userId, secret: 'sealed', keyId: 'sealing key' });
  call('confirmSecondFactor', {
    ...confirmed,
    userId: 'safe',
    login: { ...confirmed.login, tokenId: 's', tokenHash: 's' },
  });
  call('askForReset', { ...asks, id: 'asked for', tokenHash: 'asked for', account: `safe@${mark}` });
  call('putBudget', { ...change, owner: { kind: 'user', subjectId: 'bob' }, turnsPerDay: 1, tokensPerDay: 1 });
  for (const sessionId of ['session', 'second']) call('createSession', { ...asked, sessionId });
  call('acceptTurn', acceptArgs('session', 'bob'));
  call('beginImport', { ...underWay.begin, at });
  call('putRetentionRule', { ...change, kind: 'sessions', keepDays: 100, wouldGo: 0 });
  call('putRetentionRule', { ...change, kind: 'audit_personal', keepDays: 100, wouldGo: 0 });
  call('createSession', { ...asked, sessionId: 'old', userId: 'member', at: longAgo });
  call('noteSessionRead', { ...change, sessionId: 'old', reason: mark, at: longAgo });
  call('createUser', { ...user, ...change, userId: 'held', username: 'held', role: 'member' });
  call('placeHold', { ...change, id: 'given hold', subject: { kind: 'user', id: 'held' }, reason: mark });
  call('shareSession', { ...change, ...shared, subject: { kind: 'user', id: 'member' }, level: 'write' });
});

test('every command is in one of the two lists', () => {
  const listed = [...Object.keys(recorded), ...Object.keys(unrecorded)];
  expect(listed.toSorted()).toEqual(Object.keys(commands).toSorted());
});

test('every action of the contract is recorded by some command', () => {
  const steps = Object.values(recorded).flat();
  const seen = new Set(steps.flatMap(([, ...actions]) => actions));
  expect(auditAction.options.filter((action) => !seen.has(action))).toEqual([]);
});

describe.each(Object.entries(recorded) as [CommandName, readonly Step[]][])('%s', (name, steps) => {
  test('leaves what it records with its change, and nothing where it changed nothing or was refused', () => {
    for (const [args, ...actions] of steps) {
      const before = records().at(-1)?.position ?? 0;
      call(name, args);
      const made = records(before);
      expect(
        made.map((record) => record.action),
        JSON.stringify(args),
      ).toEqual(actions);
      for (const record of made) {
        expect(record.at).toBe(at);
        expect(record.facts).not.toContain(mark);
        const { personal_hash } = JSON.parse(record.facts) as { personal_hash?: string };
        if (record.personal === null) expect(personal_hash).toBeUndefined();
        else expect(personal_hash).toBe(personalHash(record.personal_salt ?? '', record.personal));
        if (by === (args as { by?: object }).by) expect(record.actor_user_id).toBe('admin');
      }
    }
  });

  test('is undone with its record', () => {
    const count = records().length;
    database.exec('savepoint undone');
    for (const [args] of steps) call(name, args);
    database.exec('rollback to undone');
    expect(records()).toHaveLength(count);
  });

  test('wakes the sealer', () => expect(commands[name].topics).toContain('audit'));
});

describe('whoever may not act any more', () => {
  type Fallen = readonly [what: string, through: object, fall?: string];
  const falls: readonly Fallen[] = [
    ['a login that ended', { loginId: 'ended login', role: 'administrator' }],
    ['a login that expired', { loginId: 'expired login', role: 'administrator' }],
    ['no login at all', { loginId: '', role: 'administrator' }],
    ['a key that was revoked', { apiKeyId: 'ended key', role: 'administrator' }],
    ['another role', { loginId: 'first login', role: 'administrator' }, "role = 'curator'"],
    ['a suspended account', { loginId: 'first login', role: 'administrator' }, 'is_active = 0'],
    ['a deleted account', { apiKeyId: 'first key', role: 'administrator' }, "deleted_at = '2026'"],
  ];
  const ofRecorded = (Object.entries(recorded) as [CommandName, readonly Step[]][]).flatMap(([name, steps]) => {
    const args = steps.map(([each]) => each).find((each) => 'by' in each);
    return args ? [[name, args] as const] : [];
  });
  const all = [...ofRecorded, ...(Object.entries(askedFor) as [CommandName, object][])];

  test('is refused by every command that people ask for', () => {
    const others = [...Object.keys(unasked), ...Object.keys(unrecorded).filter((name) => !(name in askedFor))];
    expect([...all.map(([name]) => name), ...others].toSorted()).toEqual(Object.keys(commands).toSorted());
  });

  test.each(all)('changes nothing by %s', (name, args) => {
    call('putLoginToken', { ...signIn, tokenId: 'ended login', tokenHash: 'ended' });
    call('revokeLoginToken', { tokenId: 'ended login', at });
    call('putLoginToken', { ...signIn, tokenId: 'expired login', tokenHash: 'expired', expiresAt: at });
    call('createApiKey', { ...apiKey, keyId: 'ended key', keyHash: 'ended key' });
    call('revokeApiKey', { ...change, userId: 'admin', keyId: 'ended key' });
    for (const [what, through, fall] of falls) {
      database.exec('savepoint fallen');
      if (fall !== undefined) database.exec(`update users set ${fall} where id = 'admin'`);
      const before = driver.changedRows();
      const ask = () => call(name, { ...args, by: { userId: 'admin', through } });
      expect(ask, what).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
      expect(driver.changedRows(), what).toBe(before);
      database.exec('rollback to fallen');
    }
    call(name, { ...args, by: { userId: 'admin', through: { loginId: 'first login', role: 'administrator' } } });
  });
});

test.each(Object.keys(unrecorded) as CommandName[])('%s does not wake the sealer', (name) => {
  expect(commands[name].topics).not.toContain('audit');
});

test('whoever has no account is recorded by no name: what was typed may be a password', () => {
  call('noteRefusedSignIns', { ...refused, username: `a password ${mark}` });
  const record = records().at(-1);
  expect(record?.object_id).toBe('unknown');
  expect(JSON.stringify(record)).not.toContain('a password');
});

test('the first administrator is recorded as made by the server', () => {
  database.exec('pragma foreign_keys = off; delete from users; delete from group_members');
  const before = records().at(-1)?.position;
  call('ensureFirstAdministrator', { ...user, at, by: { userId: null } });
  expect(records(before)).toMatchObject([{ action: 'user.created', actor_user_id: null, object_id: 'bob' }]);
});
