import type { Actor } from '../access/actor.ts';
import type { Config } from '../config.ts';
import { createGate } from '../http/gate.ts';
import { watchLoop } from '../http/loop-watch.ts';
import type { Metrics } from '../http/metrics.ts';
import { createStreams } from '../http/streams.ts';

/** How many requests and streams there may be at once, of everybody and of each. */
export function composeAdmission({ limits }: Pick<Config, 'limits'>, metrics: Metrics) {
  const loop = watchLoop();
  const streams = createStreams<Actor>({
    max: limits.maxStreams,
    maxPerActor: limits.maxStreamsPerUser,
    actorId: (actor) => actor.userId,
  });
  const gates = {
    ordinary: createGate({
      inAll: limits.maxRequests,
      perCaller: limits.maxRequestsPerUser,
      perCallerWhenLate: limits.maxRequestsPerUserWhenLate,
      isLate: loop.isLate,
    }),
    long: createGate({
      inAll: limits.maxLongRequests,
      perCaller: limits.maxLongRequestsPerUser,
      perCallerWhenLate: limits.maxLongRequestsPerUserWhenLate,
      isLate: loop.isLate,
    }),
  };
  metrics.gauge('perdure_requests_under_way', 'Requests under way', () => gates.ordinary.count + gates.long.count);
  metrics.gauge('perdure_open_streams', 'Streams open on this process', () => streams.count);
  return { streams, gates, close: () => loop.close() };
}
