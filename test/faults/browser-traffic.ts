import type { BrowserContext, Request, Response } from 'playwright-core';
import { turnAnswer } from '../../src/contract/sessions.ts';
import type { History } from './history.ts';

/** What a browser asks of a server: each message it sends goes into the history with what it was answered, and no request may be left waiting. */
export class BrowserTraffic {
  /** The longest that a request waited for a free connection, in milliseconds; one that never got any waited until it failed. */
  longestWaitMs = 0;
  readonly #history: History;
  readonly #open = new Map<Request, number>();

  constructor(context: BrowserContext, history: History) {
    this.#history = history;
    context.on('request', (request) => this.#begin(request));
    context.on('response', (response) => void this.#answer(response));
    context.on('requestfinished', (request) => this.#end(request));
    context.on('requestfailed', (request) => this.#end(request));
  }

  /** Paths of requests that have been under way for longer; streams are meant to be. */
  openFor(ms: number): string[] {
    const before = performance.now() - ms;
    return [...this.#open].flatMap(([request, beganMs]) => (beganMs < before ? [pathOf(request)] : []));
  }

  #begin(request: Request): void {
    const path = pathOf(request);
    if (!path.startsWith('/api/') || path === '/api/feed') return;
    this.#open.set(request, performance.now());
    const sent = sentBy(request);
    if (sent) this.#history.invoke(sent);
  }

  #end(request: Request): void {
    const beganMs = this.#open.get(request);
    if (beganMs === undefined) return;
    this.#open.delete(request);
    const { requestStart } = request.timing();
    const waitedMs = requestStart < 0 ? performance.now() - beganMs : requestStart;
    this.longestWaitMs = Math.max(this.longestWaitMs, waitedMs);
  }

  /** A message is acknowledged when the browser has the whole answer. */
  async #answer(response: Response): Promise<void> {
    const sent = sentBy(response.request());
    if (!sent) return;
    const status = response.status();
    if (status === 200 || status === 202) {
      const body: unknown = await response.json().catch(() => undefined);
      const answer = turnAnswer.safeParse(body);
      if (!answer.success) return;
      const { turn_id: turnId, seq } = answer.data;
      this.#history.settle(sent.clientTurnId, { state: 'stored', turnId, seq });
    } else if (status < 500 && status !== 429) {
      this.#history.settle(sent.clientTurnId, { state: 'refused' });
    }
  }
}

const pathOf = (request: Request) => new URL(request.url()).pathname;

function sentBy(request: Request): { sessionId: string; clientTurnId: string; text: string } | undefined {
  const sessionId = /^\/api\/sessions\/([^/]+)\/turns$/.exec(pathOf(request))?.[1];
  if (sessionId === undefined || request.method() !== 'POST') return undefined;
  const body: { client_turn_id: string; text: string } = request.postDataJSON();
  return { sessionId, clientTurnId: body.client_turn_id, text: body.text };
}
