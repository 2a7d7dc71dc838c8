import type { MemberRecord } from '../store/queries/session-rows.ts';

/** Whoever reads sessions, as far as this folder needs to know them. */
export type Reader = {
  userId: string;
  /** Whether the login that opened a stream may keep it. */
  isLive(): Promise<boolean>;
  /** The session as its members see it.
   *  @throws AppError not_found */
  requireSession(sessionId: string): Promise<MemberRecord>;
};
