/** A message that a client set out to send. */
export type Sent = { sessionId: string; clientTurnId: string; text: string };

/** What the client knows of a message. `unknown` may be either, `stored` may never be missing, `refused` may never be there. */
export type Outcome = { state: 'unknown' } | { state: 'refused' } | { state: 'stored'; turnId: string; seq: number };

/** Everything the clients of an attack did and saw, to be held against the store. */
export class History {
  readonly #sends = new Map<string, { sent: Sent; outcome: Outcome }>();
  readonly #applied: string[] = [];
  readonly #shown = new Map<string, Shown>();
  readonly breaches: string[] = [];

  /** A client is about to send; until one try is answered the outcome is unknown. Several may send the same message. */
  invoke(sent: Sent): void {
    if (this.#sends.has(sent.clientTurnId)) return;
    this.#sends.set(sent.clientTurnId, { sent, outcome: { state: 'unknown' } });
  }

  settle(clientTurnId: string, outcome: Outcome): void {
    const send = this.#sends.get(clientTurnId);
    if (!send) throw new Error(`no message ${clientTurnId} was sent`);
    const before = send.outcome;
    // An acknowledgement stands, and every further one must say the same.
    if (before.state === 'stored') {
      if (outcome.state === 'stored' && (outcome.turnId !== before.turnId || outcome.seq !== before.seq)) {
        this.breaches.push(`message ${clientTurnId} was acknowledged as two different turns`);
      }
      return;
    }
    send.outcome = outcome;
  }

  /** A client applied a durable event; `event` is what it was sent. */
  apply(client: string, session_id: string, seq: number, event: unknown): void {
    this.#applied.push(JSON.stringify({ client, session_id, seq, event }));
  }

  /** A client shows this text of a step that is under way; it replaces what it showed of the step before. */
  show(client: string, shown: Omit<Shown, 'client'>): void {
    this.#shown.set(`${client} ${shown.turnId} ${shown.step}`, { ...shown, client });
  }

  get sends(): readonly { sent: Sent; outcome: Outcome }[] {
    return [...this.#sends.values()];
  }

  get acknowledged(): number {
    return this.sends.filter(({ outcome }) => outcome.state === 'stored').length;
  }

  /** In the form that `perdure verify --applied` reads. */
  get applied(): readonly string[] {
    return this.#applied;
  }

  get shown(): readonly Shown[] {
    return [...this.#shown.values()];
  }
}

/** The last text a client showed of a step before it ended. */
export type Shown = { client: string; sessionId: string; turnId: string; attempt: number; step: number; text: string };
