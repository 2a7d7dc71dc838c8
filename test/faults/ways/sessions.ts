import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { sessionList, sessionReads, session as sessionShape } from '../../../src/contract/sessions.ts';
import { answered } from '../../client.ts';
import { exportWith, importArchive, writtenSession } from '../../exports.ts';
import { openSession } from '../../given.ts';
import { ask as askFor, logOf } from '../../turns.ts';
import { newMessage } from './message.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

export const createSession: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, ask }) {
    const person = await server.person();
    const own = 'select session_id from user_sessions where user_id = ?';
    return {
      async act() {
        await openSession(person);
      },
      isStored: (now) => finds(now, own, person.user.id),
      async check() {
        const { sessions } = answered(await person.client.get('/api/sessions'), 200, sessionList);
        const stored = ask(own, person.user.id).map((row) => String(row.session_id));
        assert.deepEqual(sessions.map(({ session_id }) => session_id).toSorted(), stored.toSorted());
        for (const { session_id } of sessions) assert.deepEqual(await logOf(person, session_id), []);
      },
    };
  },
};

const importing = (stored: string): ServerWay => ({
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const archive = exportWith([writtenSession('First'), writtenSession('Second')]);
    return {
      async act() {
        expectStatus(await importArchive(person, archive), 200);
      },
      isStored: (ask) => finds(ask, `select 1 from user_sessions s where s.user_id = ? and ${stored}`, person.user.id),
      async check() {
        const { sessions } = answered(await person.client.get('/api/sessions'), 200, sessionList);
        assert.deepEqual(sessions.map(({ title }) => title).toSorted(), ['First', 'Second']);
        for (const { session_id } of sessions) assert.equal((await logOf(person, session_id)).length, 5);
      },
    };
  },
});

export const beginImport = importing('s.imported_from is not null');
export const storeImported = importing('exists (select 1 from turns t where t.session_id = s.session_id)');
export const finishImport = importing('s.imported_at is not null');

const forking = (stored: string): ServerWay => ({
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const { session_id } = await openSession(person);
    const { turn, log } = await askFor(person, session_id, 'Where does this lead?');
    const path = `/api/sessions/${session_id}/fork`;
    const others = 'select 1 from user_sessions s where s.user_id = ? and s.session_id <> ?';
    return {
      async act() {
        const body = { turn_id: turn.turn_id, client_fork_id: randomUUID() };
        expectStatus(await person.client.post(path, body), 201);
      },
      isStored: (ask) => finds(ask, `${others} and ${stored}`, person.user.id, session_id),
      async check() {
        const { sessions } = answered(await person.client.get('/api/sessions'), 200, sessionList);
        assert.ok(sessions.some((each) => each.session_id === session_id));
        for (const each of sessions) assert.equal((await logOf(person, each.session_id)).length, log.length);
      },
    };
  },
});

export const beginFork = forking('s.imported_from is not null');
export const finishFork = forking('s.erase_at is null');

export const updateSession: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const person = await server.person();
    const { session_id } = await openSession(person);
    const path = `/api/sessions/${session_id}`;
    const title = `Renamed ${number()}`;
    return {
      async act() {
        expectStatus(await person.client.patch(path, { title }), 200);
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from user_sessions where session_id = ? and title = ?', session_id, title),
      async check() {
        assert.equal(answered(await person.client.get(path), 200, sessionShape).title, title);
        const told = (await logOf(person, session_id)).filter((event) => event.type === 'session_updated');
        assert.ok(told.length > 0 && told.every((event) => event.title === title));
      },
    };
  },
};

export const deleteSession: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const { session_id } = await openSession(person);
    const path = `/api/sessions/${session_id}`;
    return {
      async act() {
        expectStatus(await person.client.delete(path), 204);
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from user_sessions where session_id = ? and deleted_at is not null', session_id),
      async check() {
        expectStatus(await person.client.get(path), 404);
        const { sessions } = answered(await person.client.get('/api/sessions'), 200, sessionList);
        assert.deepEqual(sessions, []);
      },
    };
  },
};

/** A session that its owner deleted. */
async function binnedSession({ server }: World) {
  const person = await server.person();
  const { session_id } = await openSession(person);
  expectStatus(await person.client.delete(`/api/sessions/${session_id}`), 204);
  return { person, sessionId: session_id, path: `/api/bin/sessions/${session_id}` };
}

export const restoreSession: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { person, sessionId, path } = await binnedSession(world);
    return {
      async act() {
        expectStatus(await person.client.post(`${path}/restore`), 200, 404);
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from user_sessions where session_id = ? and deleted_at is null', sessionId),
      async check() {
        expectStatus(await person.client.get(`/api/sessions/${sessionId}`), 200);
      },
    };
  },
};

export const purgeSession: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { person, sessionId, path } = await binnedSession(world);
    return {
      async act() {
        expectStatus(await person.client.delete(path), 204, 404);
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from user_sessions where session_id = ? and erase_at is not null', sessionId),
      async check() {
        expectStatus(await person.client.post(`${path}/restore`), 404);
      },
    };
  },
};

export const noteSessionRead: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const { session_id } = await openSession(person);
    const reason = 'asked by its owner';
    const recorded = "select 1 from audit_log where action = 'session.read' and object_id = ?";
    return {
      async act() {
        expectStatus(await server.admin.client.post(`/api/admin/sessions/${session_id}/content`, { reason }), 200);
      },
      isStored: (ask) => finds(ask, recorded, session_id),
      async check() {
        const reply = await person.client.get(`/api/sessions/${session_id}/reads`);
        assert.equal(answered(reply, 200, sessionReads).reads[0]?.reason, reason);
      },
    };
  },
};

export const invalidateSessions: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { admin } = world.server;
    const message = await newMessage(world, { isLong: true });
    const { sessionId } = message;
    await message.untilRunning();
    return {
      async act() {
        expectStatus(await admin.client.post(`/api/admin/sessions/${sessionId}/invalidate`), 200);
      },
      isStored: (ask) => finds(ask, 'select 1 from user_sessions where session_id = ? and is_active = 0', sessionId),
      async check() {
        await message.untilCancelled();
        expectStatus(await message.sendAnother(), 409);
      },
    };
  },
};
