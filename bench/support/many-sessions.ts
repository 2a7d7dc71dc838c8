import { createHash } from 'node:crypto';
import { systemClock } from '../../src/clock.ts';

/** A row of `user_sessions` as the bench makes it; each is its owner's. */
export type MadeSession = {
  session_id: string;
  user_id: string;
  active_agent_id: string;
  title: string;
  created_at: string;
  last_activity: string;
  is_active: 0 | 1;
  message_count: number;
  rev: number;
  archived: 0 | 1;
  deleted_at: string | null;
};

export const busyAgentId = 'librarian';
/** Every hundredth session's, all of them among the oldest tenth. */
export const retiredAgentId = 'retired';

const dayMs = 86_400_000;
const lastedDays = 730;
/** More likely the earlier: the first are in every other title, the last in one of ten thousand. */
const words = Array.from({ length: 4_000 }, (_each, n) => wordOf(n));

/** Sessions of two years, the same for the same number: 80 % active, 15 % closed, 5 % deleted. The first user has `ofFirst` of them, the others share
 *  the rest unevenly. */
export function* makeSessions(told: {
  sessions: number;
  userIds: readonly string[];
  ofFirst: number;
  firstRev: number;
}): Generator<MadeSession> {
  const draw = numbersFrom(7);
  const { sessions, userIds, ofFirst, firstRev } = told;
  const beganMs = systemClock.nowMs() - lastedDays * dayMs;
  const stepMs = (lastedDays * dayMs) / sessions;
  const every = Math.max(1, Math.floor(sessions / ofFirst));
  for (let n = 0; n < sessions; n++) {
    const createdMs = beganMs + n * stepMs;
    const activeMs = Math.min(createdMs + draw() ** 6 * 30 * dayMs, systemClock.nowMs());
    const isOfFirst = n % every === 0 && n / every < ofFirst;
    const user = isOfFirst ? 0 : 1 + Math.floor(draw() ** 2 * (userIds.length - 1));
    const kind = draw();
    const isOld = n < sessions / 10;
    yield {
      session_id: idOf('session', n),
      user_id: userIds[user] ?? '',
      active_agent_id: isOld && n % 10 === 0 ? retiredAgentId : draw() < 0.7 ? busyAgentId : 'analyst',
      title: titleOf(draw),
      created_at: new Date(createdMs).toISOString(),
      last_activity: new Date(activeMs).toISOString(),
      is_active: kind < 0.15 ? 0 : 1,
      message_count: 2 * Math.floor(draw() ** 4 * 40),
      rev: firstRev + n,
      archived: draw() < 0.1 ? 1 : 0,
      deleted_at: kind > 0.95 ? new Date(activeMs + dayMs).toISOString() : null,
    };
  }
}

/** The n-th word of titles. */
export const wordAt = (n: number): string => words[n] ?? '';

function titleOf(draw: () => number): string {
  const count = 3 + Math.floor(draw() * 5);
  const some = Array.from({ length: count }, () => wordAt(Math.floor(draw() ** 3 * words.length)));
  const title = some.join(' ');
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
}

function wordOf(n: number): string {
  const syllables = [
    'ba',
    'ke',
    'lin',
    'mor',
    'ta',
    'su',
    'ren',
    'vi',
    'do',
    'pal',
    'ne',
    'gor',
    'fi',
    'ha',
    'ster',
    'um',
  ];
  const bytes = createHash('sha256').update(`word ${n}`).digest();
  const count = 2 + ((bytes[0] ?? 0) % 3);
  return Array.from({ length: count }, (_each, k) => syllables[(bytes[k + 1] ?? 0) % syllables.length]).join('');
}

/** An id that looks as one does and is the same in every run. */
export function idOf(kind: string, n: number): string {
  const hex = createHash('sha256').update(`${kind} ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
