import type { StreamedEvent } from '../contract/events.ts';
import type { Log } from '../log.ts';
import type { EventRecord, JournalRecord } from '../store/queries/log.ts';
import type { Store } from '../store/store.ts';
import { type Cursor, formatCursor } from './cursor.ts';
import { cursorOf, giveEvent, givePiece, giveRunning, type SessionPosition } from './session-position.ts';
import { type SharedJson, shareJson } from './shared-json.ts';
import { toEvent } from './to-event.ts';

/** What a reader of a session is given, in order. */
export type FeedSink = {
  /** An event, the cursor that resumes after it, and its JSON, which readers share. */
  event(event: StreamedEvent, cursor: string, json: SharedJson): void;
  /** What a replay waits for before it gives more: the reader has taken what it was given. Undefined when it has. */
  room?(): Promise<void> | undefined;
  /** The cursor is not of this log: the reader loads the snapshot; the stream goes on from `seq`. */
  reset(seq: number): void;
  /** The store could not be read: the reader's connection should end, so that it resumes. */
  failed(error: unknown): void;
  /** The reader is no member of the session any more: nothing is given from then on. */
  lapsed?(): void;
};

/** A session, the member it is read for, and whether it is theirs for good. */
export type FollowedBy = { sessionId: string; userId: string; isOwner?: boolean };

export type EventFeed = {
  /** Replays a session from the store after the cursor, then goes on live without gap or overlap, until the returned function is called. Whoever does
   *  not own it is asked for before each of it is given: what was committed after they were let out they are not given, whatever the bell told. */
  follow(read: FollowedBy, cursor: Cursor, sink: FeedSink): () => void;
  close(): void;
};

const pageSize = 500;
/** A replay gives so much at once, or one larger event: with the frames around them, less than may wait for a reader. */
const replayedBytes = 96 * 1024;

type Follower = FollowedBy & {
  position: SessionPosition;
  sink: FeedSink;
  /** While it replays, live items are not given: the replay itself reads them. */
  replaying: boolean;
  /** Something was committed during the replay. */
  behind: boolean;
  ended: boolean;
};

/** Every reader of this process hangs on one tail of the log: a commit costs one read, however many sessions stream.
 *  What is sent is what the store gave back, never what a writer meant to store. */
export function createEventFeed({ store, log }: { store: Store; log: Log }): EventFeed {
  const followers = new Map<string, Set<Follower>>();
  /** The end of what was passed on; undefined while nobody listens. */
  let tail: { position: number; journalId: number } | undefined;
  let pumping = false;
  let rung = false;
  const unsubscribe = store.onCommit((topics) => {
    if (topics.includes('log') || topics.includes('journal')) ring();
  });

  function ring(): void {
    rung = true;
    if (pumping || followers.size === 0) return;
    pumping = true;
    void pump();
  }

  async function pump(): Promise<void> {
    try {
      while (rung && followers.size > 0) {
        rung = false;
        const end = (tail ??= await store.read.heads({}));
        for (let more = true; more; ) {
          const { events, pieces } = await store.read.tail({ ...end, limit: pageSize });
          const full = events.length === pageSize;
          await dropStrangers(followersOf([...events, ...(full ? [] : pieces)]));
          for (const event of events) passEvent(event);
          end.position = events.at(-1)?.position ?? end.position;
          if (!full) {
            for (const piece of pieces) passPiece(piece);
            end.journalId = pieces.at(-1)?.id ?? end.journalId;
          }
          more = full || pieces.length === pageSize;
        }
      }
    } catch (error) {
      log.error('feed_tail_failed', { reason: String(error) });
      tail = undefined;
      for (const follower of [...followers.values()].flatMap((set) => [...set])) fail(follower, error);
    } finally {
      pumping = false;
      if (rung && followers.size > 0) ring();
    }
  }

  function followersOf(items: readonly { session_id: string }[]): Follower[] {
    const sessionIds = new Set(items.map(({ session_id }) => session_id));
    return [...sessionIds].flatMap((id) => [...(followers.get(id) ?? [])]);
  }

  /** Asked once what is to be given has been read: whoever is let out later may have it. */
  async function dropStrangers(among: readonly Follower[]): Promise<void> {
    const asked = among.filter(({ isOwner, ended }) => !isOwner && !ended);
    if (asked.length === 0) return;
    const members = await store.read.membersAmong({
      sessionIds: [...new Set(asked.map(({ sessionId }) => sessionId))],
      userIds: [...new Set(asked.map(({ userId }) => userId))],
    });
    const known = new Set(members.map(({ session_id, user_id }) => `${session_id} ${user_id}`));
    for (const follower of asked) {
      if (follower.ended || known.has(`${follower.sessionId} ${follower.userId}`)) continue;
      leave(follower);
      follower.sink.lapsed?.();
    }
  }

  function passEvent(record: EventRecord): void {
    const group = followers.get(record.session_id);
    if (!group) return;
    const event = toEvent(record);
    const json = shareJson(event);
    for (const follower of group) {
      if (follower.replaying) {
        follower.behind = true;
        continue;
      }
      const step = giveEvent(follower.position, event);
      if (step.outcome === 'give') give(follower, event, json);
      else if (step.outcome === 'gap') void replay(follower);
    }
  }

  function passPiece(piece: JournalRecord): void {
    /** The whole piece: what all are given who have the text before it. */
    let whole: { delta: StreamedEvent; json: SharedJson } | undefined;
    for (const follower of followers.get(piece.session_id) ?? []) {
      if (follower.replaying) {
        follower.behind = true;
        continue;
      }
      const step = givePiece(follower.position, piece);
      if (step.outcome === 'gap') void replay(follower);
      if (step.outcome !== 'give') continue;
      if (step.item.offset !== piece.offset) give(follower, step.item, shareJson(step.item));
      else {
        whole ??= { delta: step.item, json: shareJson(step.item) };
        give(follower, whole.delta, whole.json);
      }
    }
  }

  function give(follower: Follower, event: StreamedEvent, json: SharedJson): void {
    if (!follower.ended) follower.sink.event(event, formatCursor(cursorOf(follower.position)), json);
  }

  /** Reads from the store until the reader has everything, then lets it live on the tail. */
  async function replay(follower: Follower): Promise<void> {
    follower.replaying = true;
    try {
      for (let done = false; !done && !follower.ended; ) {
        await follower.sink.room?.();
        if (follower.ended) return;
        follower.behind = false;
        const page = await store.read.replay({
          sessionId: follower.sessionId,
          userId: follower.userId,
          after: follower.position.seq,
          limit: pageSize,
          maxBytes: replayedBytes,
        });
        await dropStrangers([follower]);
        if (follower.ended) return;
        if (follower.position.seq > page.lastSeq) {
          follower.position = { seq: page.lastSeq };
          follower.sink.reset(page.lastSeq);
        }
        for (const record of page.events) {
          const step = giveEvent(follower.position, toEvent(record));
          if (step.outcome === 'give') give(follower, step.item, shareJson(step.item));
        }
        // The text of the running step may be long: it is given once there is room again.
        if (page.events.length > 0) continue;
        const text = giveRunning(follower.position, follower.sessionId, page.running);
        if (text) give(follower, text, shareJson(text));
        done = !follower.behind;
      }
      follower.replaying = false;
    } catch (error) {
      fail(follower, error);
    }
  }

  function fail(follower: Follower, error: unknown): void {
    if (follower.ended) return;
    leave(follower);
    follower.sink.failed(error);
  }

  function leave(follower: Follower): void {
    follower.ended = true;
    const group = followers.get(follower.sessionId);
    group?.delete(follower);
    if (group?.size === 0) followers.delete(follower.sessionId);
    if (followers.size === 0) tail = undefined;
  }

  return {
    follow(read, cursor, sink) {
      const { sessionId } = read;
      const position: SessionPosition = { seq: cursor.seq, ...(cursor.running && { text: cursor.running }) };
      const follower: Follower = { ...read, position, sink, replaying: true, behind: false, ended: false };
      let group = followers.get(sessionId);
      if (!group) followers.set(sessionId, (group = new Set()));
      group.add(follower);
      const start = async () => {
        tail ??= await store.read.heads({});
        await replay(follower);
      };
      start().catch((error: unknown) => fail(follower, error));
      return () => leave(follower);
    },
    close() {
      unsubscribe();
      followers.clear();
    },
  };
}
