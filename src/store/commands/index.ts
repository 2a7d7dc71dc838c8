import { acceptTurn } from './accept-turn.ts';
import { appendAdkEvent, createAdkSession, deleteAdkSession } from './adk-sessions.ts';
import { setAgentCorpora } from './agent-corpora.ts';
import { beginAgentTest, putAgentDraft } from './agent-drafts.ts';
import { createAgent, deleteAgent, restoreAgent, saveAgent, setAgentActive } from './agents.ts';
import { setAgentDefaults } from './agent-defaults.ts';
import { createApiKey, revokeApiKey, touchApiKey } from './api-keys.ts';
import { askForReset, withdrawUnmailedReset } from './asked-for-resets.ts';
import { putBudget, removeBudget } from './budgets.ts';
import { putBuiltins } from './builtins.ts';
import { changePassword } from './change-password.ts';
import { claimTurn } from './claim-turn.ts';
import { clearErased } from './clear-erased.ts';
import { purgeDeletedSessions } from './erase-sessions.ts';
import { putCorpusAccess, removeCorpusAccess } from './corpus-access.ts';
import { tagDocuments } from './document-tags.ts';
import { eraseUser, finishErasing } from './erase-user.ts';
import { putGrant, removeGrant } from './grants.ts';
import { addGroupMembers, removeGroupMember } from './group-members.ts';
import { createGroup, deleteGroup, renameGroup } from './groups.ts';
import { beginImport, finishImport, storeImported } from './import-session.ts';
import { keepEvaluationQuestions, removeEvaluationQuestion, storeEvaluationRun } from './evaluation.ts';
import { claimJob, releaseJob, renewJobLeases } from './jobs.ts';
import { flushJournal, pruneJournal } from './journal.ts';
import { addFromAddress, startFetch, storeFetched } from './knowledge-addresses.ts';
import { addFromArchive } from './knowledge-archives.ts';
import { emptyKnowledgeBin, purgeCorpus, purgeDocument, restoreCorpus, restoreDocument } from './knowledge-bin.ts';
import { putFeedback, removeFeedback } from './feedback.ts';
import { beginFork, finishFork } from './fork-session.ts';
import { giveCorpus } from './corpus-owner.ts';
import { createCorpus, deleteCorpus, startHandbook, updateCorpus } from './knowledge-corpora.ts';
import { addDocument, deleteDocument } from './knowledge-documents.ts';
import {
  dropOldVectors,
  failEmbedding,
  finishEmbedding,
  storeMissingVectors,
  wantEmbedder,
} from './knowledge-embedding.ts';
import {
  clearPassages,
  failDocument,
  finishDocument,
  startIngest,
  storeDocumentText,
  storePassages,
  storePassageVectors,
} from './knowledge-ingest.ts';
import { sweepDeleted } from './knowledge-purge.ts';
import { cancelDocument, retryDocument } from './knowledge-reading.ts';
import { fetchAgain, replaceOriginal } from './knowledge-originals.ts';
import { reprocessDocument } from './knowledge-versions.ts';
import { putLoginToken, revokeLogins, revokeLoginToken, touchLoginToken } from './login-tokens.ts';
import { noteDocumentAccess } from './note-document-access.ts';
import {
  noteAccountExport,
  noteAuditExport,
  noteSessionExport,
  noteSessionsExport,
  noteUsageExport,
} from './note-exports.ts';
import { clearWords, storeWords } from './message-words.ts';
import { numberPeople, storeUsageMonth } from './usage-months.ts';
import { storePack } from './word-packs.ts';
import { addModelEndpoint, changeModelEndpoint, chooseDefaultModel, removeModelEndpoint } from './model-endpoints.ts';
import { dismissAnnouncement, putAnnouncement } from './announcement.ts';
import { putBranding } from './branding.ts';
import { putLogo } from './logo.ts';
import { noteRetentionRun, putRetentionRule, sweepByRule } from './retention.ts';
import { placeHold, releaseHold } from './legal-holds.ts';
import { putModelPrices } from './model-prices.ts';
import { noteMailFailure } from './note-mail-failure.ts';
import { noteSessionRead } from './note-session-read.ts';
import { linkOidc, unlinkOidc, unlinkOwnOidc } from './oidc-identities.ts';
import {
  acceptInvitation,
  createInvitation,
  createReset,
  renewInvitation,
  useReset,
  withdrawInvitation,
} from './one-time-links.ts';
import { pruneBudgets } from './prune-budgets.ts';
import { noteRefusedSignIns } from './refused-sign-ins.ts';
import { reportInstance } from './report-instance.ts';
import { sealAudit } from './seal-audit.ts';
import { adoptSealingKey } from './sealing-key.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  requireSecondFactor,
  turnOffSecondFactor,
} from './second-factors.ts';
import { purgeSession, restoreSession } from './session-bin.ts';
import { createSession, deleteSession, invalidateSessions, stopSessionTurns, updateSession } from './sessions.ts';
import { checkWritable, putSetting } from './settings.ts';
import { noteVisit } from './note-visit.ts';
import { shareSession, unshareSession } from './session-sharing.ts';
import { signInByOidc } from './sign-in-by-oidc.ts';
import { appendTurnEvents, releaseTurn, renewTurnLeases, stopTurn } from './turns.ts';
import { createUser, deleteUser, ensureFirstAdministrator, patchUser } from './users.ts';

/** Every write of the product, by name. */
export const commands = {
  createUser,
  ensureFirstAdministrator,
  patchUser,
  deleteUser,
  eraseUser,
  purgeDeletedSessions,
  clearErased,
  finishErasing,
  putLoginToken,
  revokeLoginToken,
  touchLoginToken,
  noteRefusedSignIns,
  revokeLogins,
  changePassword,
  createApiKey,
  revokeApiKey,
  touchApiKey,
  beginSecondFactor,
  confirmSecondFactor,
  renewRecoveryCodes,
  turnOffSecondFactor,
  removeSecondFactor,
  requireSecondFactor,
  signInByOidc,
  linkOidc,
  unlinkOidc,
  unlinkOwnOidc,
  createInvitation,
  renewInvitation,
  withdrawInvitation,
  acceptInvitation,
  createReset,
  askForReset,
  withdrawUnmailedReset,
  useReset,
  createGroup,
  renameGroup,
  deleteGroup,
  addGroupMembers,
  removeGroupMember,
  putGrant,
  removeGrant,
  putCorpusAccess,
  removeCorpusAccess,
  setAgentCorpora,
  createAgent,
  saveAgent,
  restoreAgent,
  setAgentActive,
  deleteAgent,
  beginAgentTest,
  putAgentDraft,
  setAgentDefaults,
  putBudget,
  removeBudget,
  pruneBudgets,
  putBuiltins,
  createSession,
  updateSession,
  deleteSession,
  restoreSession,
  purgeSession,
  shareSession,
  unshareSession,
  noteVisit,
  invalidateSessions,
  stopSessionTurns,
  noteSessionRead,
  beginImport,
  storeImported,
  finishImport,
  acceptTurn,
  claimTurn,
  renewTurnLeases,
  appendTurnEvents,
  stopTurn,
  releaseTurn,
  flushJournal,
  pruneJournal,
  createCorpus,
  updateCorpus,
  beginFork,
  finishFork,
  putFeedback,
  removeFeedback,
  giveCorpus,
  deleteCorpus,
  restoreCorpus,
  purgeCorpus,
  emptyKnowledgeBin,
  startHandbook,
  addDocument,
  addFromArchive,
  addFromAddress,
  startFetch,
  storeFetched,
  deleteDocument,
  restoreDocument,
  purgeDocument,
  noteDocumentAccess,
  sweepDeleted,
  retryDocument,
  reprocessDocument,
  tagDocuments,
  replaceOriginal,
  fetchAgain,
  cancelDocument,
  keepEvaluationQuestions,
  removeEvaluationQuestion,
  storeEvaluationRun,
  startIngest,
  storeDocumentText,
  clearPassages,
  storePassages,
  storePassageVectors,
  wantEmbedder,
  storeMissingVectors,
  finishEmbedding,
  failEmbedding,
  dropOldVectors,
  finishDocument,
  failDocument,
  claimJob,
  renewJobLeases,
  releaseJob,
  putSetting,
  putModelPrices,
  addModelEndpoint,
  changeModelEndpoint,
  removeModelEndpoint,
  chooseDefaultModel,
  putRetentionRule,
  sweepByRule,
  noteRetentionRun,
  placeHold,
  releaseHold,
  putAnnouncement,
  dismissAnnouncement,
  putBranding,
  putLogo,
  adoptSealingKey,
  checkWritable,
  reportInstance,
  noteMailFailure,
  sealAudit,
  storeWords,
  clearWords,
  numberPeople,
  storeUsageMonth,
  storePack,
  noteAccountExport,
  noteSessionExport,
  noteAuditExport,
  noteSessionsExport,
  noteUsageExport,
  createAdkSession,
  appendAdkEvent,
  deleteAdkSession,
};
