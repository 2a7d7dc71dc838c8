import type { Query } from '../command.ts';
import type { reads, scans } from './index.ts';

type Registry = typeof reads & typeof scans;
export type QueryName = keyof Registry;
type ArgsOf<Each> = Each extends Query<infer Args, infer _Result> ? Args : never;
type TextOf<Args> = { [Name in keyof Args]-?: Args[Name] extends string ? Name : never }[keyof Args];

/** For one member's rows: of the user that the argument names. */
const userId = { member: 'userId' } as const;

/** Whose rows each query may see where the database itself looks (decision 0079); a query without a declaration does not compile. `facts`: what
 *  administrators' lists show of everybody, without anything that was said. `worker`: everything, for what is done for nobody in particular, and
 *  where the caller decided before. */
export const forWhom = {
  // What a person sees of their sessions.
  memberSession: userId,
  ownsSession: userId,
  membershipsAmong: userId,
  sharedMark: userId,
  sessionsSharedWith: userId,
  sharesGivenBy: userId,
  memberSessions: userId,
  ownedSessions: userId,
  sessionsInBin: userId,
  searchMessages: userId,
  tagsOfSessions: userId,
  importedAmong: userId,
  eventsAfter: userId,
  eventsBefore: userId,
  runningStep: userId,
  replay: userId,
  sessionSnapshot: userId,
  messageEvents: userId,
  turnOutcome: userId,
  turnsForContext: userId,
  branchMessages: userId,
  branchOf: userId,
  feedbackOf: userId,
  feedbackOfPerson: userId,

  // What they have and may use.
  defaultCorporaOf: userId,
  dismissedAnnouncementOf: userId,
  corpusAccess: userId,
  agentAccess: userId,
  defaultAgent: userId,
  loginsOf: userId,
  apiKeysOf: userId,
  oidcLinkOf: userId,
  budgetsOfUser: userId,
  wasDocumentOpened: userId,
  personalFacts: userId,
  auditOfPerson: userId,

  // The documents they open, list and page, and what a search found for them.
  documentById: userId,
  titleWithCorpusInBin: userId,
  documentsOfCorpus: userId,
  documentsAmong: userId,
  tagsOfDocuments: userId,
  nextVersionOf: userId,
  versionsOf: userId,
  oldVersionOf: userId,
  documentTextOf: userId,
  documentTextBetween: userId,
  passagesOfVersion: userId,
  passagesByRow: userId,
  passageById: userId,
  evaluationQuestions: userId,

  // Administrators' lists.
  sessionExists: 'facts',
  changedSessions: 'facts',
  newestRev: 'facts',
  adminSessions: 'facts',
  countAdminSessions: 'facts',
  listUsers: 'facts',
  listGroups: 'facts',
  groupById: 'facts',
  groupMembers: 'facts',
  groupGrants: 'facts',
  grantMatrix: 'facts',
  agentDefaults: 'facts',
  userAccessFacts: 'facts',
  objectAccessFacts: 'facts',
  budgetOf: 'facts',
  listBudgets: 'facts',
  groupBudget: 'facts',
  whatGoesOn: 'facts',
  usageBetween: 'facts',
  usageSince: 'facts',
  sessionFacts: 'facts',

  // Before it is known who asks.
  userById: 'worker',
  userByName: 'worker',
  userForToken: 'worker',
  userForKey: 'worker',
  mayStillAct: 'worker',
  hasUsers: 'worker',
  modelSettings: 'worker',
  passwordsAreLimited: 'worker',
  countWithoutProvider: 'worker',
  secondFactor: 'worker',
  rolesWithSecondFactor: 'worker',
  openLink: 'worker',
  invitations: 'worker',
  invitationById: 'worker',

  // Of every session at once: what is passed on to whoever may see it, and what runs.
  heads: 'worker',
  tail: 'worker',
  membersAmong: 'worker',
  turnOwners: 'worker',
  heldTurns: 'worker',
  adkSession: 'worker',
  adkSessions: 'worker',

  // The names of the tools that turns called stand beside what they were called with.
  sessionTurns: 'worker',

  // An administrator's look into a session, after its record.
  messagesForRecordedRead: 'worker',
  auditChain: 'worker',
  auditRecords: 'worker',
  namesOfObjects: 'worker',
  sessionReads: 'worker',
  erasureScope: 'worker',

  // Members of one session see no row of each other; it asks itself whether who asks is one.
  sessionPeople: 'worker',
  // Names of colleagues, and nothing else of them.
  shareCandidates: 'worker',
  namesOfPeople: 'worker',

  // Of a person, with what stands in sessions and documents that they may have lost sight of.
  guestMessagesOf: 'worker',
  uploadsOf: 'worker',
  otherUploadsOf: 'worker',
  accessesOfPerson: 'worker',
  evaluationQuestionsOfPerson: 'worker',

  // Knowledge, with names of other people: whose a corpus is, who opened, deleted, made or measured what is in it, which groups have it. Its readers are asked
  // for with `corpusAccess`, and the corpora are in the arguments.
  corporaAmong: 'worker',
  corpusGroups: 'worker',
  documentAccesses: 'worker',
  versionMakings: 'worker',
  corporaInBin: 'worker',
  documentsInBin: 'worker',
  evaluationRuns: 'worker',
  evaluationRun: 'worker',

  // What looks at every document of a corpus: asked of each, the policy would cost 10 µs a document.
  documentStates: 'worker',
  documentsTitled: 'worker',
  tagsOfCorpora: 'worker',
  documentsCalled: 'worker',

  // A search looks in memory through the corpora it is told; what it finds is read for who asked.
  searchPassages: 'worker',

  // Jobs and sweeps of nobody.
  openJobs: 'worker',
  heldJobs: 'worker',
  textToSplit: 'worker',
  passageCountOf: 'worker',
  fileKeysInUse: 'worker',
  passagesToEmbed: 'worker',
  passagesWithoutVectors: 'worker',
  embeddingProgress: 'worker',

  // Agents as they are built, and as a turn runs them.
  agentsWithCorpora: 'worker',
  agentVersions: 'worker',
  agentVersionOf: 'worker',
  definitionOfTurn: 'worker',

  // An administrator's look for text: in a thread that keeps what it looks through.
  sessionsByText: 'worker',

  // Of every session: what is read in for searches.
  wordsToStore: 'worker',
  usageMonth: 'worker',
  usageMonthToSum: 'worker',
  wordsToPack: 'worker',
  eventsWithoutWords: 'worker',

  instanceIds: 'worker',
  setting: 'worker',
  wouldGo: 'worker',
  heldAmong: 'worker',
  legalHolds: 'worker',
  notedBackups: 'worker',
  sealingKeyInUse: 'worker',
} as const satisfies { [Name in QueryName]: { member: TextOf<ArgsOf<Registry[Name]>> } | 'facts' | 'worker' };
