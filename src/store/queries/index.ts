import * as access from './access.ts';
import * as accessFacts from './access-facts.ts';
import * as sharing from './session-people.ts';
import * as sharingOf from './sharing-of-person.ts';
import * as adk from './adk-sessions.ts';
import { agentVersionOf, agentVersions, definitionOfTurn } from './agent-versions.ts';
import { agentDefaults, defaultAgent } from './agent-defaults.ts';
import { agentsWithCorpora } from './agents.ts';
import * as apiKeys from './api-keys.ts';
import { auditChain } from './audit-chain.ts';
import * as audit from './audit-records.ts';
import { branchMessages, branchOf } from './branches.ts';
import * as budgets from './budgets.ts';
import * as accesses from './document-accesses.ts';
import { corpusGroups } from './corpus-groups.ts';
import * as tags from './document-tags.ts';
import * as versions from './document-versions.ts';
import { feedbackOf, feedbackOfPerson } from './feedback.ts';
import * as evaluation from './evaluation.ts';
import { grantMatrix } from './grant-matrix.ts';
import * as groups from './groups.ts';
import { importedAmong } from './imported-sessions.ts';
import * as knowledge from './knowledge.ts';
import * as bin from './knowledge-bin.ts';
import * as passages from './knowledge-passages.ts';
import * as search from './knowledge-search.ts';
import * as log from './log.ts';
import { loginsOf } from './logins.ts';
import { searchMessages } from './message-search.ts';
import { mayStillAct } from './may-still-act.ts';
import { instanceIds, whatGoesOn } from './now.ts';
import { oidcLinkOf } from './oidc.ts';
import * as links from './one-time-links.ts';
import * as personal from './personal-data.ts';
import { sealingKeyInUse } from './sealing-key.ts';
import { rolesWithSecondFactor, secondFactor } from './second-factors.ts';
import { sessionsInBin } from './session-bin.ts';
import { sessionFacts, sessionTurns } from './session-facts.ts';
import * as sessionLists from './session-lists.ts';
import * as sessions from './session-rows.ts';
import { dismissedAnnouncementOf } from './announcement.ts';
import { heldAmong, legalHolds } from './legal-holds.ts';
import { notedBackups } from './noted-backups.ts';
import { sessionsByText } from './session-search.ts';
import * as settings from './settings.ts';
import { countWithoutProvider, passwordsAreLimited } from './password-rule.ts';
import { modelSettings } from './model-endpoints.ts';
import { turnsForContext } from './turn-context.ts';
import { wouldGo } from './retention.ts';
import { usageBetween, usageSince } from './usage.ts';
import { usageMonth, usageMonthToSum } from './usage-months.ts';
import * as users from './users.ts';
import { eventsWithoutWords } from './words-progress.ts';
import { wordsToPack } from './words-to-pack.ts';
import { wordsToStore } from './words-to-store.ts';

/** Reads by key or a short range: on the server's own thread. */
export const reads = {
  userById: users.userById,
  defaultCorporaOf: users.defaultCorporaOf,
  userByName: users.userByName,
  userForToken: users.userForToken,
  hasUsers: users.hasUsers,
  secondFactor,
  rolesWithSecondFactor,
  openLink: links.openLink,
  corpusAccess: access.corpusAccess,
  agentAccess: access.agentAccess,
  definitionOfTurn,
  agentVersionOf,
  defaultAgent,
  memberSession: sessions.memberSession,
  ownsSession: sessions.ownsSession,
  sessionExists: sessions.sessionExists,
  changedSessions: sessions.changedSessions,
  newestRev: sessions.newestRev,
  membershipsAmong: sessions.membershipsAmong,
  membersAmong: sessions.membersAmong,
  eventsAfter: log.eventsAfter,
  eventsBefore: log.eventsBefore,
  runningStep: log.runningStep,
  heads: log.heads,
  tail: log.tail,
  replay: log.replay,
  turnsForContext,
  turnOutcome: log.turnOutcome,
  feedbackOf,
  turnOwners: log.turnOwners,
  heldTurns: log.heldTurns,
  mayStillAct,
  oidcLinkOf,
  userForKey: apiKeys.userForKey,
  corporaAmong: knowledge.corporaAmong,
  documentById: knowledge.documentById,
  passageCountOf: knowledge.passageCountOf,
  titleWithCorpusInBin: knowledge.titleWithCorpusInBin,
  nextVersionOf: knowledge.nextVersionOf,
  oldVersionOf: versions.oldVersionOf,
  documentsAmong: knowledge.documentsAmong,
  tagsOfDocuments: tags.tagsOfDocuments,
  wasDocumentOpened: accesses.wasDocumentOpened,
  openJobs: knowledge.openJobs,
  heldJobs: knowledge.heldJobs,
  passagesByRow: passages.passagesByRow,
  passageById: passages.passageById,
  setting: settings.setting,
  modelSettings,
  passwordsAreLimited,
  notedBackups,
  heldAmong,
  dismissedAnnouncementOf,
  instanceIds,
  usageSince,
  auditChain,
  budgetOf: budgets.budgetOf,
  budgetsOfUser: budgets.budgetsOfUser,
  sharedMark: sharing.sharedMark,
  namesOfPeople: sharing.namesOfPeople,
  eventsWithoutWords,
};

/** Reads that can grow with what is stored: in reader workers. */
export const scans = {
  loginsOf,
  apiKeysOf: apiKeys.apiKeysOf,
  listUsers: users.listUsers,
  countWithoutProvider,
  invitations: links.invitations,
  invitationById: links.invitationById,
  listGroups: groups.listGroups,
  groupById: groups.groupById,
  groupMembers: groups.groupMembers,
  groupGrants: groups.groupGrants,
  grantMatrix,
  corpusGroups,
  agentsWithCorpora,
  agentVersions,
  agentDefaults,
  auditRecords: audit.auditRecords,
  namesOfObjects: audit.namesOfObjects,
  sessionReads: audit.sessionReads,
  listBudgets: budgets.listBudgets,
  groupBudget: budgets.groupBudget,
  userAccessFacts: accessFacts.userAccessFacts,
  objectAccessFacts: accessFacts.objectAccessFacts,
  personalFacts: personal.personalFacts,
  erasureScope: personal.erasureScope,
  uploadsOf: personal.uploadsOf,
  otherUploadsOf: personal.otherUploadsOf,
  auditOfPerson: personal.auditOfPerson,
  ownedSessions: sessions.ownedSessions,
  importedAmong,
  tagsOfSessions: sessions.tagsOfSessions,
  sessionsInBin,
  memberSessions: sessionLists.memberSessions,
  adminSessions: sessionLists.adminSessions,
  countAdminSessions: sessionLists.countAdminSessions,
  sessionsByText,
  searchMessages,
  wordsToStore,
  wordsToPack,
  sessionFacts,
  sessionTurns,
  adkSession: adk.adkSession,
  adkSessions: adk.adkSessions,
  sessionSnapshot: log.sessionSnapshot,
  messageEvents: log.messageEvents,
  branchMessages,
  branchOf,
  feedbackOfPerson,
  messagesForRecordedRead: log.messagesForRecordedRead,
  documentAccesses: accesses.documentAccesses,
  versionsOf: versions.versionsOf,
  versionMakings: versions.versionMakings,
  accessesOfPerson: accesses.accessesOfPerson,
  evaluationQuestions: evaluation.evaluationQuestions,
  evaluationRuns: evaluation.evaluationRuns,
  evaluationRun: evaluation.evaluationRun,
  evaluationQuestionsOfPerson: evaluation.evaluationQuestionsOfPerson,
  documentsCalled: evaluation.documentsCalled,
  documentsOfCorpus: knowledge.documentsOfCorpus,
  documentsTitled: knowledge.documentsTitled,
  tagsOfCorpora: tags.tagsOfCorpora,
  corporaInBin: bin.corporaInBin,
  documentsInBin: bin.documentsInBin,
  documentStates: knowledge.documentStates,
  documentTextOf: knowledge.documentTextOf,
  textToSplit: knowledge.textToSplit,
  documentTextBetween: knowledge.documentTextBetween,
  fileKeysInUse: knowledge.fileKeysInUse,
  searchPassages: search.searchPassages,
  passagesOfVersion: passages.passagesOfVersion,
  passagesToEmbed: passages.passagesToEmbed,
  passagesWithoutVectors: passages.passagesWithoutVectors,
  embeddingProgress: passages.embeddingProgress,
  sealingKeyInUse,
  whatGoesOn,
  usageBetween,
  usageMonth,
  usageMonthToSum,
  wouldGo,
  legalHolds,
  sessionPeople: sharing.sessionPeople,
  sessionsSharedWith: sharingOf.sessionsSharedWith,
  sharesGivenBy: sharingOf.sharesGivenBy,
  guestMessagesOf: sharingOf.guestMessagesOf,
  shareCandidates: sharing.shareCandidates,
};
