import assert from 'node:assert/strict';
import { feedbackList } from '../../../src/contract/feedback.ts';
import { answered } from '../../client.ts';
import { type GivenServer, openSession } from '../../given.ts';
import { ask as askFor } from '../../turns.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

/** Somebody with an answer to rate. */
async function givenAnswer(server: GivenServer) {
  const person = await server.person();
  const { session_id } = await openSession(person);
  const { turn } = await askFor(person, session_id, 'What do you think?');
  const path = `/api/sessions/${session_id}/turns/${turn.turn_id}/feedback`;
  const told = async () =>
    answered(await person.client.get(`/api/sessions/${session_id}/feedback`), 200, feedbackList).feedback;
  return { person, path, told, turnId: turn.turn_id };
}

export const putFeedback: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const { person, path, told, turnId } = await givenAnswer(server);
    return {
      async act() {
        expectStatus(await person.client.put(path, { rating: 'down', reason: 'too short' }), 200);
      },
      isStored: (ask) => finds(ask, "select 1 from answer_feedback where turn_id = ? and rating = 'down'", turnId),
      async check() {
        const [feedback] = await told();
        assert.deepEqual([feedback?.rating, feedback?.reason], ['down', 'too short']);
      },
    };
  },
};

export const removeFeedback: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const { person, path, told, turnId } = await givenAnswer(server);
    expectStatus(await person.client.put(path, { rating: 'up' }), 200);
    return {
      async act() {
        expectStatus(await person.client.delete(path), 204);
      },
      isStored: (ask) => !finds(ask, 'select 1 from answer_feedback where turn_id = ?', turnId),
      async check() {
        assert.deepEqual(await told(), []);
      },
    };
  },
};
