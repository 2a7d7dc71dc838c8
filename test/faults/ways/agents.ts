import assert from 'node:assert/strict';
import { adminAgentList, benchAgentId } from '../../../src/contract/agents.ts';
import { adminSessionFacts } from '../../../src/contract/admin-session.ts';
import { agentDefinition, agentOf, newAgent, newAgentTest } from '../../agents.ts';
import { answered } from '../../client.ts';
import { type Ask, expectStatus, finds, type ServerWay } from './way.ts';

export const createAgent: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const name = `Made ${number()}`;
    return {
      async act() {
        const body = { definition: agentDefinition(name) };
        // Made already, its name is taken.
        expectStatus(await server.admin.client.post('/api/admin/agents', body), 201, 409);
      },
      isStored: (ask) => finds(ask, 'select 1 from agents where name = ?', name),
      async check() {
        const { agents } = answered(await server.admin.client.get('/api/admin/agents'), 200, adminAgentList);
        assert.equal(agents.filter((agent) => agent.name === name).length, 1);
      },
    };
  },
};

/** Whether an agent has a version. */
const hasVersion = (ask: Ask, id: string, version: number) =>
  finds(ask, 'select 1 from agent_versions where agent_id = ? and version = ?', id, version);

export const saveAgent: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const { client } = server.admin;
    const { id, definition } = await newAgent(server.admin, { name: `Saved ${number()}` });
    const next = { ...definition, instructions: 'Answer in verse.' };
    return {
      async act() {
        expectStatus(await client.put(`/api/admin/agents/${id}`, { base_version: 1, definition: next }), 200);
      },
      isStored: (ask) => hasVersion(ask, id, 2),
      async check() {
        const newest = await agentOf(server.admin, id);
        assert.deepEqual([newest.version, newest.definition], [2, next]);
      },
    };
  },
};

export const restoreAgent: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const { client } = server.admin;
    const { id, definition } = await newAgent(server.admin, { name: `Restored ${number()}` });
    const next = { ...definition, instructions: 'Answer in verse.' };
    expectStatus(await client.put(`/api/admin/agents/${id}`, { base_version: 1, definition: next }), 200);
    return {
      async act() {
        expectStatus(await client.post(`/api/admin/agents/${id}/restore`, { base_version: 2, version: 1 }), 200);
      },
      isStored: (ask) => hasVersion(ask, id, 3),
      async check() {
        const newest = await agentOf(server.admin, id);
        assert.deepEqual([newest.version, newest.definition], [3, definition]);
      },
    };
  },
};

export const setAgentActive: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const { id } = await newAgent(server.admin, { name: `Switched ${number()}` });
    return {
      async act() {
        expectStatus(await server.admin.client.put(`/api/admin/agents/${id}/active`, { is_active: false }), 204);
      },
      isStored: (ask) => finds(ask, 'select 1 from agents where id = ? and is_active = 0', id),
      async check() {
        assert.equal((await agentOf(server.admin, id)).version, 1);
      },
    };
  },
};

export const deleteAgent: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const { id } = await newAgent(server.admin, { name: `Deleted ${number()}` });
    return {
      async act() {
        expectStatus(await server.admin.client.delete(`/api/admin/agents/${id}`), 204, 404);
      },
      isStored: (ask) => finds(ask, 'select 1 from agents where id = ? and deleted_at is not null', id),
      async check() {
        expectStatus(await server.admin.client.get(`/api/admin/agents/${id}`), 404);
      },
    };
  },
};

export const beginAgentTest: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const name = `Tried ${number()}`;
    const { client } = server.admin;
    return {
      async act() {
        expectStatus(await client.post('/api/admin/agent-tests', { definition: agentDefinition(name) }), 201);
      },
      isStored: (ask) =>
        finds(
          ask,
          'select 1 from user_sessions where active_agent_id = ? and title = ?',
          benchAgentId,
          `Test of ${name}`,
        ),
      async check() {
        const list = await client.get(`/api/admin/sessions?agent_id=${benchAgentId}`);
        assert.ok(list.text.includes(`Test of ${name}`));
      },
    };
  },
};

export const putAgentDraft: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const { client } = server.admin;
    const definition = agentDefinition(`Drafted ${number()}`);
    const sessionId = await newAgentTest(server.admin, definition);
    const body = { definition: { ...definition, instructions: 'Answer in verse.' } };
    return {
      async act() {
        expectStatus(await client.put(`/api/admin/agent-tests/${sessionId}`, body), 204);
      },
      isStored: (ask) => finds(ask, 'select 1 from agent_drafts where session_id = ? and version = 2', sessionId),
      async check() {
        answered(await client.get(`/api/admin/sessions/${sessionId}`), 200, adminSessionFacts);
      },
    };
  },
};
