import type { commands } from '../../../src/store/commands/index.ts';
import { appendAdkEvent, createAdkSession, deleteAdkSession } from './adk-program.ts';
import {
  addDocument,
  claimJob,
  clearPassages,
  createCorpus,
  deleteCorpus,
  deleteDocument,
  failDocument,
  fillPassageVectors,
  finishDocument,
  releaseJob,
  renewJobLeases,
  startIngest,
  storeDocumentText,
  storePassages,
  storePassageVectors,
  sweepDeleted,
  updateCorpus,
} from './documents.ts';
import { ensureFirstAdministrator, putBuiltins, putSetting, startHandbook } from './first-start.ts';
import { addGroupMembers, createGroup, deleteGroup, removeGroupMember, renameGroup } from './groups.ts';
import { createUser, deleteUser, patchUser, putLoginToken, revokeLoginToken, touchLoginToken } from './people.ts';
import { createSession, deleteSession, invalidateSessions, updateSession } from './sessions.ts';
import { checkWritable } from './settings.ts';
import {
  acceptTurn,
  appendTurnEvents,
  claimTurn,
  flushJournal,
  pruneJournal,
  releaseTurn,
  renewTurnLeases,
  stopSessionTurns,
  stopTurn,
} from './turns.ts';
import type { Way } from './way.ts';

export type CommandName = keyof typeof commands;

/** What leads to each command of the store. A command without a way fails the build. */
export const ways: Readonly<Record<CommandName, Way>> = {
  createUser,
  ensureFirstAdministrator,
  patchUser,
  deleteUser,
  putLoginToken,
  revokeLoginToken,
  touchLoginToken,
  createGroup,
  renameGroup,
  deleteGroup,
  addGroupMembers,
  removeGroupMember,
  putBuiltins,
  createSession,
  updateSession,
  deleteSession,
  invalidateSessions,
  acceptTurn,
  claimTurn,
  renewTurnLeases,
  appendTurnEvents,
  stopTurn,
  stopSessionTurns,
  releaseTurn,
  flushJournal,
  pruneJournal,
  createCorpus,
  updateCorpus,
  deleteCorpus,
  startHandbook,
  addDocument,
  deleteDocument,
  sweepDeleted,
  startIngest,
  storeDocumentText,
  clearPassages,
  storePassages,
  storePassageVectors,
  fillPassageVectors,
  finishDocument,
  failDocument,
  claimJob,
  renewJobLeases,
  releaseJob,
  putSetting,
  checkWritable,
  createAdkSession,
  appendAdkEvent,
  deleteAdkSession,
};
