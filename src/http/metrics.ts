import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the server counts for Prometheus. Labels are route patterns and states, never ids or names. */
export type Metrics = {
  observeRequest(request: { route: string; method: string; status: number; durationMs: number }): void;
  /** Exposes a number that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  render(): Promise<{ text: string; contentType: string }>;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'perdure_' });
  const requests = new Counter({
    name: 'perdure_http_requests_total',
    help: 'Requests answered',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'perdure_http_request_seconds',
    help: 'Time from a request to its answer, in seconds; for a stream, to its opening',
    labelNames: ['route'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers: [registry],
  });
  return {
    observeRequest({ route, method, status, durationMs }) {
      requests.inc({ route, method, status });
      durations.observe({ route }, durationMs / 1000);
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect: async () => gauge.set(await read()),
      });
    },
    render: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}
