import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { adminSessionRow, adminSessions } from '../../src/contract/admin.ts';
import { nowSnapshot } from '../../src/contract/now.ts';
import { inPostgres } from '../../src/store/conformance/in-postgres.ts';
import { answered } from '../client.ts';
import { answerOrders, orderWords, wordsOf } from '../faults/answers.ts';
import { BusyConversations } from '../faults/busy-conversations.ts';
import { Conversation } from '../faults/conversation.ts';
import { History } from '../faults/history.ts';
import { judge } from '../faults/judge.ts';
import { PostgresInstances } from '../faults/postgres-instances.ts';
import { openSession, type Person } from '../given.ts';
import { answerOf, logOf, send, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const count = 3;
const all = [0, 1, 2];
const startMs = 180_000;
/** What the administrator's lists promise, see docs/durability.md. */
const listedWithinMs = 1_000;
const madeListedWithinMs = 500;
const goesOnWithinMs = 3_000;
const backWithinMs = 5_000;

inPostgres('three servers on one database', (server) => {
  let instances: PostgresInstances;
  let admin: Person;
  let history = new History();
  beforeAll(async () => {
    instances = await PostgresInstances.start(server(), count);
    answerOrders(instances.model, { pieceDelayMs: 30, continues: true });
    admin = await instances.signIn(0);
  }, startMs);
  afterAll(() => instances?.[Symbol.asyncDispose]());
  /** Every test ends with what was promised held against the database. */
  afterEach(async () => {
    const judgement = await judge(instances.judged, history, { continues: true });
    history = new History();
    expect(judgement).toEqual({ lost: 0, doubled: 0, breaches: [] });
  });

  test('who signs in at one has a session at another, sends to the third, and sees the answer at the first', async () => {
    const { session_id } = await openSession({ ...admin, client: instances.client(1, admin) });
    const stream = await instances.client(0, admin).stream(`/api/sessions/${session_id}/events`);
    const message = orderWords(8, 1);
    const { turn_id } = await send({ ...admin, client: instances.client(2, admin) }, session_id, message);
    const answer = await stream.until('the answer', ({ events }) =>
      events.find((event) => event.type === 'agent_message' && event.turn_id === turn_id),
    );
    expect(answer).toMatchObject({ text: wordsOf(message), final: true });
    await stream.close();
  });

  test('requests that go to them in turn are as those to one', async () => {
    const person = instances.inTurn(await instances.person());
    const { session_id } = await openSession(person);
    for (const seed of [1, 2, 3, 4]) {
      const message = orderWords(5, seed);
      const { turn_id } = await send(person, session_id, message);
      const log = await untilEnded(person, session_id, turn_id);
      expect(answerOf(log, turn_id)?.text).toBe(wordsOf(message));
    }
    const log = await logOf(person, session_id);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_event, index) => index + 1));
  });

  test('each tells an administrator of a message within a second', async () => {
    const person = await instances.person();
    const path = `username=${person.username}`;
    const lists = await Promise.all(
      all.map((index) => instances.client(index, admin).stream(`/api/admin/sessions/events?${path}`)),
    );
    await Promise.all(lists.map((list) => list.until('the list', ({ frames }) => frames[0])));
    const { session_id } = await openSession({ ...person, client: instances.client(1, person) });
    const sent = send({ ...person, client: instances.client(2, person) }, session_id, orderWords(60, 1));
    const { turn_id } = await sent;
    const acceptedMs = performance.now();
    const toldMs = await Promise.all(
      lists.map(async (list) => {
        const frame = await list.until('the message', ({ frames }) =>
          frames.find(
            ({ event, data }) =>
              event === 'row' &&
              adminSessionRow.parse(data).session_id === session_id &&
              adminSessionRow.parse(data).user_queries === 1,
          ),
        );
        return frame.atMs - acceptedMs;
      }),
    );
    for (const ms of toldMs) expect(ms).toBeLessThan(listedWithinMs);
    for (const index of all) {
      const reply = await instances.client(index, admin).get(`/api/admin/sessions?${path}`);
      expect(answered(reply, 200, adminSessions)).toMatchObject([{ session_id, user_queries: 1 }]);
    }
    await Promise.all(lists.map((list) => list.close()));
    await untilEnded(person, session_id, turn_id);
  });

  test('each tells an administrator of a session made at any of them within half a second', async () => {
    const person = await instances.person();
    const lists = await Promise.all(
      all.map((index) => instances.client(index, admin).stream('/api/admin/sessions/events?sort=created_at&limit=1')),
    );
    await Promise.all(lists.map((list) => list.until('the list', ({ frames }) => frames[0])));
    const tookMs: number[] = [];
    for (let made = 0; made < 12; made++) {
      const { session_id } = await openSession({ ...person, client: instances.client(made % count, person) });
      const madeMs = performance.now();
      const told = await Promise.all(
        lists.map((list) =>
          list.until('the session', ({ frames }) =>
            frames.find(({ event, data }) => event === 'row' && adminSessionRow.parse(data).session_id === session_id),
          ),
        ),
      );
      tookMs.push(...told.map((frame) => frame.atMs - madeMs));
    }
    expect(Math.max(...tookMs)).toBeLessThan(madeListedWithinMs);
    await Promise.all(lists.map((list) => list.close()));
  });

  test('each shows what goes on at all of them, and stops what another answers', async () => {
    const person = await instances.person();
    const { session_id } = await openSession({ ...person, client: instances.client(1, person) });
    const { turn_id } = await send({ ...person, client: instances.client(2, person) }, session_id, orderWords(400, 1));
    for (const index of all) {
      const client = instances.client(index, admin);
      const now = await waitFor('the turn and all three', async () => {
        const found = answered(await client.get('/api/admin/now'), 200, nowSnapshot);
        return found.instances.length === count && found.turns.some((turn) => turn.turn_id === turn_id) && found;
      });
      expect(now.store).toEqual({ kind: 'postgresql', unfit: null });
      const turn = now.turns.find((each) => each.turn_id === turn_id);
      expect(now.instances.map(({ instance_id }) => instance_id)).toContain(turn?.instance_id);
    }
    for (const index of all) await instances.client(index, admin).post(`/api/admin/sessions/${session_id}/stop`);
    const log = await untilEnded(person, session_id, turn_id);
    expect(log.at(-1)).toMatchObject({ type: 'turn_state', state: 'cancelled', code: 'stopped_by_administrator' });
  });

  test('the turns of one that is killed are finished by another, from where they stood', async () => {
    const person = await instances.person();
    const talks = await Promise.all(
      Array.from({ length: 6 }, () =>
        Conversation.open({ person, history, clients: [livingClient(person, 0), livingClient(person, 1)] }),
      ),
    );
    const turns = await Promise.all(
      talks.map(async (talk, index) => {
        const message = orderWords(120, index);
        const outcome = await talk.send(message);
        if (outcome.state !== 'stored') throw new Error(`the message is ${outcome.state}`);
        await talk.until('some text', outcome.turnId, ({ running }) => (running?.text.length ?? 0) > 40);
        return { message, turnId: outcome.turnId, sessionId: talk.sessionId };
      }),
    );
    const owners = await ownersOf(turns.map(({ turnId }) => turnId));
    const victim = all.toSorted((a, b) => owned(owners, b).length - owned(owners, a).length)[0] ?? 0;
    const lost = owned(owners, victim);
    expect(lost.length).toBeGreaterThan(0);
    await instances.at(victim).kill();
    const isLost = (index: number) => lost.includes(turns[index]?.turnId ?? '');
    await Promise.all(
      talks
        .filter((_talk, index) => isLost(index))
        .map((talk) =>
          talk.until(
            'a new piece',
            talk.readers[0]?.view.turns[0]?.turnId ?? '',
            ({ running }) => running?.attempt === 2,
            goesOnWithinMs,
          ),
        ),
    );
    await Promise.all(talks.map((talk, index) => talk.untilOver(turns[index]?.turnId ?? '')));
    for (const { message, turnId, sessionId } of turns) {
      const client = livingClient(person, victim)();
      const log = await logOf({ ...person, client }, sessionId);
      expect(answerOf(log, turnId)?.text).toBe(wordsOf(message));
      const attempts = log.filter(
        (event) => event.type === 'turn_state' && event.turn_id === turnId && event.state === 'running',
      );
      expect(attempts).toHaveLength(lost.includes(turnId) ? 2 : 1);
    }
    expect(talks.flatMap((talk) => talk.breaches())).toEqual([]);
    for (const talk of talks) await talk.close();
    await instances.start(victim);
  });

  test('PostgreSQL is killed while messages are sent: none is lost, and all servers come back by themselves', async () => {
    const person = await instances.person();
    let orders = 0;
    const talks = new BusyConversations(() => orderWords(20, (orders += 1)));
    for (let i = 0; i < 6; i++) {
      const clients = [livingClient(person, i % count), livingClient(person, (i + 1) % count)] as const;
      talks.add(await Conversation.open({ person, history, clients: [...clients] }));
    }
    for (let round = 0; round < 3; round++) {
      await waitFor('turns that are running', () => talks.showing >= 2);
      const acknowledged = history.acknowledged;
      await server().kill();
      await readiness(503);
      await server().start();
      const startedMs = performance.now();
      await readiness(200);
      expect(performance.now() - startedMs).toBeLessThan(backWithinMs);
      await waitFor('more messages', () => history.acknowledged >= acknowledged + 6);
    }
    expect(await talks.end()).toEqual([]);
    await talks.close();
  });

  test('one that is held up in the middle of a transaction does not keep the others from storing messages', async () => {
    const person = await instances.person();
    let orders = 0;
    const talks = new BusyConversations(() => orderWords(20, (orders += 1)));
    for (const index of all)
      talks.add(await Conversation.open({ person, history, clients: [livingClient(person, index)] }));
    await waitFor('turns that are running', () => talks.showing === count);
    const held = await holdUpInTransaction();
    const others = all.filter((index) => index !== held);
    const heldUpMs = performance.now();
    for (const index of others) {
      const client = instances.client(index, person);
      const { session_id } = await openSession({ ...person, client });
      await send({ ...person, client }, session_id, orderWords(3, index));
    }
    expect(performance.now() - heldUpMs).toBeLessThan(backWithinMs);
    process.kill(instances.at(held).pid, 'SIGCONT');
    expect(await talks.end()).toEqual([]);
    await talks.close();
  });

  test('turns that were under way go on soon after PostgreSQL is back, in one further attempt', async () => {
    const person = await instances.person();
    const talks = await Promise.all(
      all.map((index) => Conversation.open({ person, history, clients: [livingClient(person, index)] })),
    );
    const turns = await Promise.all(
      talks.map(async (talk, index) => {
        const message = orderWords(200, index);
        const outcome = await talk.send(message);
        if (outcome.state !== 'stored') throw new Error(`the message is ${outcome.state}`);
        await talk.until('some text', outcome.turnId, ({ running }) => (running?.text.length ?? 0) > 40);
        return { talk, message, turnId: outcome.turnId };
      }),
    );
    await server().kill();
    await waitFor('each turn given up by its owner', () =>
      turns.every(({ turnId }) => all.some((index) => hasLogged(index, 'turn_release_failed', turnId))),
    );
    await server().start();
    await Promise.all(
      turns.map(({ talk, turnId }) =>
        talk.until('the next attempt', turnId, ({ running }) => running?.attempt === 2, backWithinMs),
      ),
    );
    await Promise.all(turns.map(({ talk, turnId }) => talk.untilOver(turnId)));
    for (const { talk, turnId, message } of turns) {
      const turn = talk.readers[0]?.view.turns.find((each) => each.turnId === turnId);
      expect(turn).toMatchObject({ state: 'done', attempt: 2, answer: { text: wordsOf(message) } });
      await talk.close();
    }
  });

  /** Stops the process of one of them in the middle of a transaction; gives which. */
  async function holdUpInTransaction(): Promise<number> {
    return waitFor('a server with an open transaction', async () => {
      for (const index of all) {
        process.kill(instances.at(index).pid, 'SIGSTOP');
        let open = await openTransactions();
        // Those of the others are over soon.
        for (let look = 0; look < 10; look++) {
          const still = await openTransactions();
          open = open.filter((each) => still.includes(each));
        }
        if (open.length > 0) return { index };
        process.kill(instances.at(index).pid, 'SIGCONT');
      }
      return undefined;
    }).then(({ index }) => index);
  }

  async function openTransactions(): Promise<string[]> {
    const rows =
      await instances.query(`select pid || ' ' || xact_start as name from pg_stat_activity join pg_locks using (pid)
      where application_name = 'perdure writer' and state = 'idle in transaction' and locktype = 'advisory' and granted`);
    return rows.map(({ name }) => String(name));
  }

  /** A client at one of them, or at the next that lives. */
  function livingClient(person: Person, first: number) {
    return () => {
      const index = all.map((each) => (first + each) % count).find((each) => instances.at(each).isAlive) ?? first;
      return instances.client(index, person);
    };
  }

  async function readiness(status: number): Promise<void> {
    await waitFor(`every /readyz to be ${status}`, async () => {
      const replies = await Promise.all(all.map((index) => instances.client(index, admin).get('/readyz')));
      return replies.every((reply) => reply.status === status);
    });
  }

  /** Which instance claimed each turn first. */
  async function ownersOf(turnIds: readonly string[]): Promise<Map<string, number>> {
    return waitFor('the owner of every turn', () => {
      const found = new Map<string, number>();
      for (const index of all) {
        for (const turnId of turnIds) if (hasLogged(index, 'turn_claimed', turnId)) found.set(turnId, index);
      }
      return found.size === turnIds.length && found;
    });
  }

  function hasLogged(index: number, event: string, turnId: string): boolean {
    const lines = instances.at(index).log.split('\n');
    return lines.some((line) => line.includes(event) && line.includes(turnId));
  }
});

function owned(owners: ReadonlyMap<string, number>, index: number): string[] {
  return [...owners].filter(([, owner]) => owner === index).map(([turnId]) => turnId);
}
