import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionEvent, StreamedEvent, TextDelta, TurnState } from './events.ts';
import { emptyView, fold, foldHistory, foldSnapshot, type KnownTurns, type SessionView } from './fold.ts';
import type { Session, Snapshot } from './sessions.ts';

const sessionId = '7d0c6f7e-0000-4000-8000-000000000001';
const at = '2026-11-22T10:15:30.123Z';
const usage = { input_tokens: 1, output_tokens: 2 };

type Journal = { turnId: string; turnNo: number; attempt: number; step: number; text: string };
type Draft = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'seq' | 'session_id' | 'at'>
    : never
  : never;

/** A small model of the server: it makes only logs the server can make, and knows the journal at each moment. */
class ModelSession {
  readonly stream: { event: StreamedEvent; journal: Journal | undefined }[] = [];
  private seq = 0;
  private turns: { id: string; no: number; state: TurnState; attempt: number; step: number }[] = [];
  private journal: Journal | undefined;
  private agent = { id: 'first', name: 'First' };

  private durable(draft: Draft) {
    this.seq += 1;
    this.push({ ...draft, seq: this.seq, session_id: sessionId, at });
  }
  private push(event: StreamedEvent) {
    this.stream.push({ event, journal: this.journal && { ...this.journal } });
  }
  private get current() {
    return this.turns.find((turn) => turn.state === 'running') ?? this.turns.find((turn) => turn.state === 'queued');
  }
  private message(step: number, final: boolean, text: string, partial = false) {
    const turn_id = this.current?.id ?? '';
    this.journal = undefined;
    this.durable({ type: 'agent_message', turn_id, step, final, text, citations: [], model: 'm', usage, partial });
  }

  run(op: Op) {
    const turn = this.current;
    const running = turn?.state === 'running' ? turn : undefined;
    switch (op.kind) {
      case 'send': {
        const no = this.turns.length + 1;
        const id = `turn-${no}`;
        this.turns.push({ id, no, state: 'queued', attempt: 0, step: 0 });
        const replaces = no > 1 ? `turn-${no - 1}` : null;
        const facts = { author_user_id: 'u', corpora: ['c'], parent_turn_id: null, replaces_turn_id: replaces };
        this.durable({ type: 'user_message', turn_id: id, client_turn_id: `client-${no}`, text: op.text, ...facts });
        return;
      }
      case 'rename':
        this.durable({ type: 'session_updated', title: op.text });
        return;
      case 'switch':
        this.durable({ type: 'session_updated', agent: { id: op.text, name: op.text }, agent_before: this.agent });
        this.agent = { id: op.text, name: op.text };
        return;
      case 'redact':
        this.durable({ type: 'redacted', reason: 'retention' });
        return;
      case 'claim':
        if (!turn || turn.attempt >= 3) return;
        turn.state = 'running';
        turn.attempt += 1;
        this.durable({ type: 'turn_state', turn_id: turn.id, state: 'running', attempt: turn.attempt });
        return;
      case 'piece': {
        if (!running || op.text === '') return;
        const { id: turnId, no: turnNo, attempt, step } = running;
        const same = this.journal?.attempt === attempt && this.journal.step === step;
        const before = same && this.journal ? this.journal.text : '';
        this.journal = { turnId, turnNo, attempt, step, text: before + op.text };
        const where = { turn_id: turnId, turn_no: turnNo, attempt, step };
        this.push({ type: 'text_delta', session_id: sessionId, ...where, offset: before.length, text: op.text });
        return;
      }
      case 'tool': {
        if (!running) return;
        const { id: turn_id, step } = running;
        const call_id = `call-${running.no}-${step}`;
        this.message(step, false, op.text);
        this.durable({ type: 'tool_call', turn_id, step, call_id, tool: 'search_corpora', input: { query: op.text } });
        this.durable({ type: 'tool_result', turn_id, call_id, output: [op.text], is_error: false });
        running.step += 1;
        return;
      }
      case 'finish': {
        if (!running) return;
        this.message(running.step, true, op.text);
        this.durable({ type: 'turn_state', turn_id: running.id, state: 'done', attempt: running.attempt });
        running.state = 'done';
        return;
      }
      case 'stop': {
        if (!turn) return;
        if (this.journal?.turnId === turn.id) this.message(turn.step, true, this.journal.text, true);
        turn.state = 'cancelled';
        const end = { turn_id: turn.id, state: 'cancelled' as const, attempt: turn.attempt, code: 'stopped' };
        this.durable({ type: 'turn_state', ...end });
        return;
      }
    }
  }
}

type Op = {
  kind: 'send' | 'rename' | 'switch' | 'redact' | 'claim' | 'piece' | 'tool' | 'finish' | 'stop';
  text: string;
};
const op: fc.Arbitrary<Op> = fc.record({
  kind: fc.constantFrom(
    'send',
    'claim',
    'piece',
    'piece',
    'piece',
    'tool',
    'finish',
    'stop',
    'rename',
    'switch',
    'redact',
  ),
  text: fc.string({ unit: 'grapheme', maxLength: 6 }),
});
const history = fc.array(op, { maxLength: 60 }).map((ops) => {
  const model = new ModelSession();
  for (const each of ops) model.run(each);
  return model.stream;
});

function foldAll(view: SessionView, events: StreamedEvent[]): SessionView {
  let now = view;
  for (const event of events) {
    const folded = fold(now, event);
    if (folded.outcome === 'gap') throw new Error(`gap at ${JSON.stringify(event)}`);
    now = folded.view;
  }
  return now;
}

const told = ({ seq, turns, agentChanges }: SessionView) => ({ seq, turns, agentChanges });
const shown = (view: SessionView) => view.turns[0]?.running?.text;

const session: Session = {
  session_id: sessionId,
  username: 'alice',
  created_at: at,
  last_activity: at,
  title: '',
  agent: { id: 'librarian', name: 'Librarian' },
  corpora: [],
  chat_messages: 0,
  user_queries: 0,
  is_active: true,
  archived: false,
  pinned: false,
  last_seq: 0,
  imported_at: null,
};

/** What the server answers at a position: the newest turns' events and the running step's text. */
function snapshotAt(stream: ModelSession['stream'], position: number, turns = Number.POSITIVE_INFINITY): Snapshot {
  const past = stream.slice(0, position);
  const durable = past.map((each) => each.event).filter((event) => event.type !== 'text_delta');
  const journal = past.at(-1)?.journal;
  const ids = durable.filter((event) => event.type === 'user_message').map((event) => event.turn_id);
  // Like the server's: the newest turns, and further back to one that still runs.
  const newest = Math.max(0, ids.length - turns);
  const first = journal ? Math.min(newest, ids.indexOf(journal.turnId)) : newest;
  const sent = new Set(ids.slice(first));
  const titles = durable.flatMap((event) => (event.type === 'session_updated' ? (event.title ?? []) : []));
  const title = titles.at(-1);
  const running = journal && { attempt: journal.attempt, step: journal.step, text: journal.text };
  return {
    session: title === undefined ? session : { ...session, title },
    turns: [],
    events: durable.filter((event) => event.turn_id === undefined || sent.has(event.turn_id)),
    ...(running && journal && { running: { turn_id: journal.turnId, turn_no: journal.turnNo, ...running } }),
    seq: durable.at(-1)?.seq ?? 0,
    cursor: '',
    has_more: sent.size < ids.length,
  };
}

describe('the view of a session', () => {
  test('a snapshot at any position and the events after it give the view of the whole log', () => {
    fc.assert(
      fc.property(history, fc.nat(), (stream, at) => {
        const position = at % (stream.length + 1);
        const events = stream.map((each) => each.event);
        const snapshot = snapshotAt(stream, position);
        const whole = foldAll(emptyView, events);
        const joined = foldAll(foldSnapshot(snapshot), events.slice(position));
        expect(told(joined)).toEqual(told(whole));
        expect({ ...snapshot.session, ...joined.changes }.title).toBe({ ...session, ...whole.changes }.title);
      }),
      { numRuns: 300 },
    );
  });

  test('events seen before change nothing, from whatever position they are replayed', () => {
    fc.assert(
      fc.property(history, fc.nat(), (stream, from) => {
        const events = stream.map((each) => each.event);
        const whole = foldAll(emptyView, events);
        const lastDurable = events.findLastIndex((event) => event.type !== 'text_delta');
        const replayed = events.slice(from % (events.length + 1)).filter((event, index, all) => {
          const position = events.length - all.length + index;
          return event.type !== 'text_delta' || position > lastDurable;
        });
        expect(foldAll(whole, replayed)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('a skipped durable event is a gap, never a silent loss', () => {
    fc.assert(
      fc.property(history, fc.nat(), (stream, at) => {
        const durable = stream.map((each) => each.event).filter((event) => event.type !== 'text_delta');
        fc.pre(durable.length >= 2);
        const lost = at % (durable.length - 1);
        const view = foldAll(emptyView, durable.slice(0, lost));
        const next = durable[lost + 1];
        expect(next && fold(view, next).outcome).toBe('gap');
        expect(next && fold(view, next).view).toBe(view);
      }),
    );
  });

  test('a short snapshot grows to the whole view as older pages arrive in any order', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 3 }), fc.nat(), (stream, turns, shuffle) => {
        const events = stream.map((each) => each.event);
        const snapshot = snapshotAt(stream, stream.length, turns);
        const durable = events.filter((event): event is SessionEvent => event.type !== 'text_delta');
        const cut = shuffle % (durable.length + 1);
        const pages = [...durable.slice(cut), ...durable.slice(0, cut), ...snapshot.events];
        const [grown, live] = [foldHistory(foldSnapshot(snapshot), pages), foldAll(emptyView, events)];
        expect(grown.turns).toEqual(live.turns);
        expect(grown.agentChanges).toEqual(live.agentChanges);
      }),
      { numRuns: 300 },
    );
  });

  test('an older page leaves the turns that got no event the very same objects', () => {
    fc.assert(
      fc.property(history, fc.nat(), (stream, at) => {
        const durable = stream.map((each) => each.event).filter((event) => event.type !== 'text_delta');
        const view = { ...foldAll(emptyView, durable), turns: [] };
        const cut = at % (durable.length + 1);
        const known: KnownTurns = new Map();
        const before = new Map(foldHistory(view, durable.slice(cut), known).turns.map((turn) => [turn.turnId, turn]));
        const grown = new Set(durable.slice(0, cut).map((event) => event.turn_id));
        for (const turn of foldHistory(view, durable, known).turns) {
          if (!grown.has(turn.turnId)) expect(turn).toBe(before.get(turn.turnId));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('streamed text', () => {
  const message: SessionEvent = {
    type: 'user_message',
    seq: 1,
    session_id: sessionId,
    turn_id: 't',
    at,
    client_turn_id: 'c',
    author_user_id: 'u',
    text: 'Hello',
    corpora: [],
    parent_turn_id: null,
    replaces_turn_id: null,
  };
  const state = (seq: number, attempt: number, value: TurnState = 'running'): SessionEvent => ({
    type: 'turn_state',
    seq,
    session_id: sessionId,
    turn_id: 't',
    at,
    state: value,
    attempt,
  });
  const piece = (attempt: number, offset: number, text: string): TextDelta => ({
    type: 'text_delta',
    session_id: sessionId,
    turn_id: 't',
    turn_no: 1,
    attempt,
    step: 0,
    offset,
    text,
  });
  test('an overlapping piece adds only what is beyond the text shown', () => {
    const view = foldAll(emptyView, [message, state(2, 1), piece(1, 0, 'abc'), piece(1, 1, 'bcd')]);
    expect(shown(view)).toBe('abcd');
  });

  test('a piece beyond the end of the text shown is a gap', () => {
    const view = foldAll(emptyView, [message, state(2, 1), piece(1, 0, 'abc')]);
    expect(fold(view, piece(1, 4, 'e')).outcome).toBe('gap');
  });

  test('a step that has not said anything shows no text, in a snapshot as on the stream', () => {
    const streamed = foldAll(emptyView, [message, state(2, 1)]);
    const snapshot: Snapshot = {
      session,
      turns: [],
      events: [message, state(2, 1)],
      running: { turn_id: 't', turn_no: 1, attempt: 1, step: 0, text: '' },
      seq: 2,
      cursor: '2',
      has_more: false,
    };
    expect(foldSnapshot(snapshot)).toEqual(streamed);
  });

  test('text stays when a process takes over, until the new attempt speaks', () => {
    const taken = foldAll(emptyView, [message, state(2, 1), piece(1, 0, 'abc'), state(3, 2)]);
    expect(shown(taken)).toBe('abc');
    expect(shown(foldAll(taken, [piece(2, 0, 'x')]))).toBe('x');
  });

  test('a late piece of an older attempt, or after the end, is ignored', () => {
    const taken = foldAll(emptyView, [message, state(2, 1), piece(1, 0, 'abc'), state(3, 2), piece(2, 0, 'x')]);
    expect(fold(taken, piece(1, 3, 'd')).outcome).toBe('ignored');
    const ended = foldAll(taken, [state(4, 2, 'cancelled')]);
    expect(fold(ended, piece(2, 1, 'y')).outcome).toBe('ignored');
    expect(shown(ended)).toBeUndefined();
  });
});
