import type { MemberRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';
import { type Cursor, parseCursor } from './cursor.ts';
import type { EventFeed, FeedSink } from './event-feed.ts';
import type { Visits } from './visits.ts';

export type FollowPorts = { store: Store; feed: EventFeed; visits: Visits };

/** A membership that ended ends what is followed within this time, should no bell tell of it. */
const recheckMs = 3_000;

/** Follows a session for as long as its reader is a member of it, noted as having it open. When what is shared with whom changed, nothing more is
 *  given until it is known that they still are.
 *  @param session  as its reader sees it at the beginning
 *  @param sink.ended  the reader is no member any more, or the session is gone; nothing is given from then on
 *  @returns what ends it */
export function followWhileMember(
  { store, feed, visits }: FollowPorts,
  { session, userId }: { session: MemberRecord; userId: string },
  cursor: Cursor,
  sink: FeedSink & { ended(): void },
): () => void {
  const read = { sessionId: session.session_id, userId };
  let at = cursor;
  let isOver = false;
  let unfollow: (() => void) | undefined;
  let asking = false;
  let isAskedAgain = false;

  const endVisit = visits.begin({ ...read, isShared: session.is_shared === 1 });
  const timer = setInterval(ask, recheckMs);
  const unhear = store.onCommit((topics) => {
    if (!topics.includes('sharing')) return;
    if (session.level !== 'owner') pause();
    ask();
  });
  follow();

  function follow(): void {
    unfollow = feed.follow({ ...read, isOwner: session.level === 'owner' }, at, {
      ...sink,
      event(event, cursorAfter, json) {
        at = parseCursor(cursorAfter) ?? at;
        sink.event(event, cursorAfter, json);
      },
      reset(seq) {
        at = { seq };
        sink.reset(seq);
      },
      lapsed() {
        pause();
        ask();
      },
    });
  }

  function pause(): void {
    unfollow?.();
    unfollow = undefined;
  }

  function ask(): void {
    isAskedAgain = true;
    if (asking) return;
    asking = true;
    void check();
  }

  async function check(): Promise<void> {
    let isMember = true;
    try {
      while (isAskedAgain && isMember) {
        isAskedAgain = false;
        isMember = (await store.read.memberSession(read)) !== undefined;
      }
    } catch (error) {
      if (!isOver) sink.failed(error);
      end();
    }
    asking = false;
    if (isOver) return;
    if (isMember) {
      if (!unfollow) follow();
      return;
    }
    end();
    sink.ended();
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    pause();
    clearInterval(timer);
    unhear();
    endVisit();
  }
  return end;
}
