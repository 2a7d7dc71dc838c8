import { putBuiltins } from './builtins.ts';
import { flushJournal, pruneJournal } from './journal.ts';
import { putLoginToken, revokeLoginToken, revokeLoginTokens, touchLoginToken } from './login-tokens.ts';
import { createSession, deleteSession, invalidateSessions, updateSession } from './sessions.ts';
import { checkWritable, putSetting } from './settings.ts';
import { acceptTurn, appendTurnEvents, claimTurn, releaseTurn, renewTurnLeases, stopTurn } from './turns.ts';
import { createUser, deleteUser, ensureFirstAdministrator, patchUser } from './users.ts';

/** Every write of the product, by name. */
export const commands = {
  createUser,
  ensureFirstAdministrator,
  patchUser,
  deleteUser,
  putLoginToken,
  revokeLoginToken,
  revokeLoginTokens,
  touchLoginToken,
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
  releaseTurn,
  flushJournal,
  pruneJournal,
  putSetting,
  checkWritable,
};
