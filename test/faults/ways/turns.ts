import assert from 'node:assert/strict';
import { waitFor } from '../../wait-for.ts';
import { newMessage } from './message.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

/** Resolves when the process is gone: what is waited for is done by the server itself. */
const byItself = () => Promise.resolve();

export const acceptTurn: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const message = await newMessage(world, { isLong: false });
    return {
      act: message.send,
      isStored: (ask) => finds(ask, 'select 1 from turns where session_id = ?', message.sessionId),
      check: message.untilDone,
    };
  },
};

/** A start looks for turns whose owner is gone before it does anything else. */
export const claimTurn: ServerWay = {
  place: 'server',
  async prepare(world) {
    const message = await newMessage(world, { isLong: true });
    await message.untilRunning();
    return {
      act: byItself,
      isStored: (ask) => finds(ask, 'select 1 from turns where session_id = ? and attempt = 2', message.sessionId),
      async check() {
        expectStatus(await message.stop(), 202);
        await message.untilCancelled();
      },
    };
  },
};

/** The turn is there at the start already, so that its lease is read long before it is renewed. */
export const renewTurnLeases: ServerWay = {
  place: 'server',
  async prepare(world) {
    const message = await newMessage(world, { isLong: true });
    await message.untilRunning();
    const claimed = "select lease_until_ms from turns where session_id = ? and state = 'running' and attempt >= 2";
    let claimedUntilMs = Number.POSITIVE_INFINITY;
    return {
      async act() {
        const row = await waitFor('the next attempt', () => world.ask(claimed, message.sessionId)[0]);
        claimedUntilMs = Number(row.lease_until_ms);
      },
      isStored: (ask) =>
        finds(
          ask,
          'select 1 from turns where session_id = ? and lease_until_ms > ?',
          message.sessionId,
          claimedUntilMs,
        ),
      async check() {
        expectStatus(await message.stop(), 202);
        await message.untilCancelled();
      },
    };
  },
};

export const appendTurnEvents: ServerWay = {
  place: 'server',
  async prepare(world) {
    const message = await newMessage(world, { isLong: false });
    return {
      act: message.send,
      isStored: (ask) => finds(ask, "select 1 from turns where session_id = ? and state = 'done'", message.sessionId),
      check: message.untilDone,
    };
  },
};

export const stopTurn: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const message = await newMessage(world, { isLong: true });
    await message.untilRunning();
    return {
      async act() {
        expectStatus(await message.stop(), 202);
      },
      isStored: (ask) =>
        finds(ask, "select 1 from turns where session_id = ? and state = 'cancelled'", message.sessionId),
      check: message.untilCancelled,
    };
  },
};

/** An administrator stops whatever runs in a session. */
export const stopSessionTurns: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const message = await newMessage(world, { isLong: true });
    await message.untilRunning();
    const { client } = world.server.admin;
    return {
      async act() {
        expectStatus(await client.post(`/api/admin/sessions/${message.sessionId}/stop`), 202);
      },
      isStored: (ask) =>
        finds(ask, "select 1 from turns where session_id = ? and state = 'cancelled'", message.sessionId),
      check: message.untilCancelled,
    };
  },
};

/** A drain hands over what does not end in time. */
export const releaseTurn: ServerWay = {
  place: 'server',
  async prepare(world) {
    const message = await newMessage(world, { isLong: true });
    return {
      async act() {
        await message.untilRunning();
        assert.deepEqual(await world.server.process.terminate(), { code: 0, signal: null });
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from turns where session_id = ? and lease_until_ms = 0', message.sessionId),
      async check() {
        await world.server.startAgain();
        expectStatus(await message.stop(), 202);
        await message.untilCancelled();
      },
    };
  },
};

export const flushJournal: ServerWay = {
  place: 'server',
  async prepare(world) {
    const message = await newMessage(world, { isLong: false });
    return {
      act: message.send,
      isStored: (ask) =>
        finds(ask, 'select 1 from turn_journal join turns using (turn_id) where session_id = ?', message.sessionId),
      check: message.untilDone,
    };
  },
};

/** Rows of answers that are events by now. */
const deadRows = "select 1 from turn_journal join turns using (turn_id) where state = 'done' limit 1";

export const pruneJournal: ServerWay = {
  place: 'server',
  async prepare(world) {
    do {
      const message = await newMessage(world, { isLong: false });
      await message.send();
      await message.untilDone();
      // A prune between the answer and this look makes another message necessary.
    } while (!finds(world.ask, deadRows));
    return {
      act: byItself,
      isStored: (ask) => !finds(ask, deadRows),
      async check() {
        await waitFor('the journal pruned', () => !finds(world.ask, deadRows));
      },
    };
  },
};
