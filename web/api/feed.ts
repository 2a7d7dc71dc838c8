import { FeedLeader } from './feed-leader.ts';
import type { FeedMessage } from './feed-messages.ts';
import type { Wants } from './feed-wants.ts';
import type { LiveState } from './live-stream.ts';
import { newClientId } from './new-client-id.ts';

/** What passes between tabs. */
type Gossip =
  | { from: 'leader'; kind: 'message'; message: FeedMessage }
  | { from: 'leader'; kind: 'alive'; state: LiveState }
  | { from: 'leader'; kind: 'who' }
  | { from: 'tab'; kind: 'wants'; tab: string; wants: [string, string][] }
  | { from: 'tab'; kind: 'bye'; tab: string };

/** A leader speaks at least at every heartbeat of the feed (15 s); one that is silent longer is frozen, and the lock is taken from it. */
const leaderSilenceMs = 19_000;
const rollCallMs = 30_000;

/** One feed connection for the browser, however many tabs: the tab that holds a Web Lock streams for all and tells the others; when it goes another takes over, and every
 *  tab goes on from its own cursor. Without Web Locks (plain http beyond this machine) each tab streams for itself. */
export class Feed {
  private readonly tab = newClientId();
  private readonly name: string;
  private readonly wants = new Map<string, string>();
  private readonly listeners = new Set<(message: FeedMessage) => void>();
  private readonly stateListeners = new Set<() => void>();
  private channel: BroadcastChannel | undefined;
  private leader: FeedLeader | undefined;
  private leave: AbortController | undefined;
  private lastAlive = Date.now();
  private timers: ReturnType<typeof setInterval>[] = [];
  private state: LiveState = 'connecting';

  constructor(userId: string) {
    this.name = `perdure-feed:${userId}`;
  }

  open(): void {
    this.join();
    // A page in the back-forward cache may hold neither lock nor connection.
    globalThis.addEventListener('pagehide', this.part);
    globalThis.addEventListener('pageshow', this.rejoin);
  }

  getState = (): LiveState => this.state;
  onState = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };
  onMessage(listener: (message: FeedMessage) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Asks for a session's events after a cursor. Asking again moves the position. */
  want(sessionId: string, cursor: string): void {
    this.wants.delete(sessionId);
    this.wants.set(sessionId, cursor);
    this.tellWants();
  }
  /** Notes how far the tab came by the stream itself; nobody need be told. */
  follow(sessionId: string, cursor: string): void {
    if (this.wants.has(sessionId)) this.wants.set(sessionId, cursor);
  }
  unwant(sessionId: string): void {
    if (this.wants.delete(sessionId)) this.tellWants();
  }

  close(): void {
    globalThis.removeEventListener('pagehide', this.part);
    globalThis.removeEventListener('pageshow', this.rejoin);
    this.part();
  }

  private readonly join = () => {
    this.leave = new AbortController();
    this.lastAlive = Date.now();
    if (!('locks' in navigator)) {
      this.lead();
      return;
    }
    this.channel = new BroadcastChannel(this.name);
    this.channel.addEventListener('message', (event: MessageEvent<Gossip>) => this.hear(event.data));
    this.tellWants();
    void this.holdLock(`${this.name}:${this.tab}`, {}, () => undefined);
    this.candidate({});
    this.timers = [setInterval(() => this.watchLeader(), 1000), setInterval(() => void this.rollCall(), rollCallMs)];
  };

  private readonly part = () => {
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    this.gossip({ from: 'tab', kind: 'bye', tab: this.tab });
    this.abdicate();
    this.leave?.abort();
    this.leave = undefined;
    this.channel?.close();
    this.channel = undefined;
  };

  private readonly rejoin = (event: PageTransitionEvent) => {
    if (!event.persisted || this.leave) return;
    this.join();
    this.deliver({ kind: 'connected' });
  };

  private candidate(options: { steal?: boolean }): void {
    const stand = async () => {
      const lost = await this.holdLock(this.name, options, () => this.lead());
      this.abdicate();
      if (lost && this.leave) this.candidate({});
    };
    void stand();
  }

  /** Holds a lock until the tab leaves or the lock is taken from it; answers whether it was taken. */
  private async holdLock(name: string, options: { steal?: boolean }, onHeld: () => void): Promise<boolean> {
    const signal = this.leave?.signal;
    if (!signal) return false;
    const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const waiting = options.steal ? { steal: true } : { signal };
    try {
      await navigator.locks.request(name, waiting, async () => {
        onHeld();
        await gone;
      });
      return false;
    } catch {
      return !signal.aborted;
    }
  }

  private lead(): void {
    this.leader?.close();
    const leader = new FeedLeader({
      message: (message) => {
        this.deliver(message);
        this.gossip({ from: 'leader', kind: 'message', message });
      },
      state: (state) => {
        this.show(state);
        this.alive(state);
      },
      alive: () => this.alive(this.state),
    });
    this.leader = leader;
    leader.setWants(this.tab, this.wants);
    this.gossip({ from: 'leader', kind: 'who' });
  }

  private abdicate(): void {
    this.leader?.close();
    this.leader = undefined;
  }

  private alive(state: LiveState): void {
    this.lastAlive = Date.now();
    this.gossip({ from: 'leader', kind: 'alive', state });
  }

  private hear(gossip: Gossip): void {
    if (gossip.from === 'tab') {
      if (gossip.kind === 'bye') this.leader?.forget(gossip.tab);
      else this.leader?.setWants(gossip.tab, new Map(gossip.wants) satisfies Wants);
      return;
    }
    if (this.leader) return;
    this.lastAlive = Date.now();
    if (gossip.kind === 'who') this.tellWants();
    else if (gossip.kind === 'alive') this.show(gossip.state);
    else this.deliver(gossip.message);
  }

  private watchLeader(): void {
    if (this.leader || Date.now() - this.lastAlive < leaderSilenceMs) return;
    this.show('reconnecting');
    if (document.visibilityState !== 'visible') return;
    this.lastAlive = Date.now();
    this.candidate({ steal: true });
  }

  /** A tab that crashed says no farewell, but its lock is gone. */
  private async rollCall(): Promise<void> {
    if (!this.leader) return;
    const { held = [] } = await navigator.locks.query();
    const prefix = `${this.name}:`;
    const tabs = held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : []));
    this.leader?.keepOnly(new Set([...tabs, this.tab]));
  }

  private tellWants(): void {
    if (this.leader) this.leader.setWants(this.tab, new Map(this.wants));
    else this.gossip({ from: 'tab', kind: 'wants', tab: this.tab, wants: [...this.wants] });
  }

  private gossip(gossip: Gossip): void {
    this.channel?.postMessage(gossip);
  }

  private deliver(message: FeedMessage): void {
    for (const listener of this.listeners) listener(message);
  }

  private show(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.stateListeners) listener();
  }
}
