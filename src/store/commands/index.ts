import { flushJournal, pruneJournal } from './journal.ts';
import { createSession, deleteSession, invalidateSessions, updateSession } from './sessions.ts';
import { checkWritable, putSetting } from './settings.ts';
import { acceptTurn, appendTurnEvents, claimTurn, releaseTurn, renewTurnLeases, stopTurn } from './turns.ts';

/** Every write of the product, by name. */
export const commands = {
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
