import { reportUnauthorized } from './client.ts';
import { type FeedMessage, messageOf } from './feed-messages.ts';
import { feedUrl, mustReopen, unionWants, type Wants } from './feed-wants.ts';
import { type LiveState, LiveStream } from './live-stream.ts';

/** Reopenings for new wants wait this long, so that several tabs or sessions opened together cause one. */
const settleMs = 30;

type Tell = {
  message(message: FeedMessage): void;
  state(state: LiveState): void;
  alive(): void;
};

/** The one tab that holds the browser's feed: streams the union of what all tabs want, and tells everybody. */
export class FeedLeader {
  /** Each tab's sessions. Its cursors count when it tells them; from then on it follows the stream. */
  private readonly tabs = new Map<string, Wants>();
  /** Where the stream stands in each session it carries. */
  private positions: Wants & Map<string, string> = new Map();
  /** Earlier positions asked for since the stream was opened. */
  private asked: Map<string, string> = new Map();
  private readonly stream: LiveStream;
  private settling: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: Tell) {
    this.stream = new LiveStream({
      url: () => {
        this.positions = this.startingPositions();
        return feedUrl(this.positions);
      },
      onFrame: (frame) => {
        const message = messageOf(frame);
        if (!message) return;
        if (message.kind === 'event') this.positions.set(message.sessionId, message.cursor);
        if (message.kind === 'reset') this.positions.delete(message.sessionId);
        tell.message(message);
      },
      onState: (state, end) => {
        if (end?.reason === 'refused' && end.error.status === 401) reportUnauthorized();
        tell.state(state);
      },
      onAlive: () => tell.alive(),
      onConnected: () => tell.message({ kind: 'connected' }),
    });
  }

  setWants(tab: string, wants: Wants): void {
    this.tabs.set(tab, wants);
    if (!mustReopen(this.positions, wants)) return;
    this.asked = unionWants([this.asked, wants]);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.stream.restart(), settleMs);
  }

  /** Forgets tabs that are gone; what only they wanted is left out at the next opening. */
  keepOnly(tabs: ReadonlySet<string>): void {
    for (const tab of this.tabs.keys()) if (!tabs.has(tab)) this.tabs.delete(tab);
  }

  forget(tab: string): void {
    this.tabs.delete(tab);
  }

  close(): void {
    clearTimeout(this.settling);
    this.stream.close();
  }

  private startingPositions(): Map<string, string> {
    const reached = unionWants([this.positions, this.asked]);
    this.asked = new Map();
    const wanted = [...unionWants(this.tabs.values())];
    return new Map(wanted.map(([sessionId, cursor]) => [sessionId, reached.get(sessionId) ?? cursor]));
  }
}
