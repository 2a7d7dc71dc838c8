import assert from 'node:assert/strict';
import { openSession, type Person } from '../../given.ts';
import { peopleOf, sharePath, shareWith } from '../../sharing.ts';
import { waitFor } from '../../wait-for.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

async function givenSession({ server }: World): Promise<{ owner: Person; guest: Person; sessionId: string }> {
  const [owner, guest] = [await server.person(), await server.person()];
  return { owner, guest, sessionId: (await openSession(owner)).session_id };
}

const sharedWith = async (owner: Person, sessionId: string) =>
  (await peopleOf(owner, sessionId)).shares.map(({ id, level }) => [id, level]);

export const shareSession: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { owner, guest, sessionId } = await givenSession(world);
    return {
      async act() {
        expectStatus(await owner.client.put(sharePath(sessionId, guest), { level: 'write' }), 200);
      },
      isStored: (ask) =>
        finds(ask, "select 1 from session_members where session_id = ? and level = 'write'", sessionId),
      async check() {
        assert.deepEqual(await sharedWith(owner, sessionId), [[guest.user.id, 'write']]);
        expectStatus(await guest.client.get(`/api/sessions/${sessionId}`), 200);
      },
    };
  },
};

export const unshareSession: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { owner, guest, sessionId } = await givenSession(world);
    await shareWith(owner, sessionId, guest, 'write');
    return {
      async act() {
        expectStatus(await owner.client.delete(sharePath(sessionId, guest)), 204);
      },
      isStored: (ask) =>
        !finds(ask, "select 1 from session_members where session_id = ? and level = 'write'", sessionId),
      async check() {
        assert.deepEqual(await sharedWith(owner, sessionId), []);
        expectStatus(await guest.client.get(`/api/sessions/${sessionId}`), 404);
      },
    };
  },
};

/** Nobody waits for it: a stream that begins tells it. */
export const noteVisit: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { owner, guest, sessionId } = await givenSession(world);
    await shareWith(owner, sessionId, guest, 'read');
    return {
      async act() {
        const stream = await guest.client.stream(`/api/feed?sessions=${sessionId}@0`);
        try {
          await waitFor('the visit', async () => {
            const { people } = await peopleOf(owner, sessionId);
            return people.some(({ user_id, is_here }) => user_id === guest.user.id && is_here);
          });
        } finally {
          await stream.close();
        }
      },
      isStored: (ask) => finds(ask, 'select 1 from session_visits where session_id = ?', sessionId),
      async check() {
        const { people } = await peopleOf(owner, sessionId);
        assert.equal(people.find(({ user_id }) => user_id === guest.user.id)?.access, 'read');
      },
    };
  },
};
