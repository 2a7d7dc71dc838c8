import assert from 'node:assert/strict';
import { agentDefaults } from '../../../src/contract/agent-defaults.ts';
import { answered } from '../../client.ts';
import { newGroup } from '../../groups.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

const path = '/api/admin/agent-defaults';

export const setAgentDefaults: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const { client } = server.admin;
    const { id } = await newGroup(server.admin, []);
    const groups = [{ group_id: id, agent_id: 'librarian' }];
    return {
      async act() {
        expectStatus(await client.put(path, { everyone_agent_id: 'librarian', groups }), 204);
      },
      isStored: (ask) => finds(ask, 'select 1 from agent_defaults where group_id = ?', id),
      async check() {
        const stored = answered(await client.get(path), 200, agentDefaults);
        assert.equal(stored.everyone?.agent_id, 'librarian');
        assert.deepEqual(
          stored.groups.map(({ group_id }) => group_id),
          [id],
        );
      },
    };
  },
};
