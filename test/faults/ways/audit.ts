import { openSession } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

export const noteAuditExport: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const object = `export-${number()}`;
    return {
      async act() {
        expectStatus(await server.admin.client.get(`/api/admin/audit/export?object_id=${object}`), 200);
      },
      isStored: (ask) => finds(ask, "select 1 from audit_log where json_extract(facts, '$.object_id') = ?", object),
      async check() {
        expectStatus(await server.admin.client.get('/api/admin/audit?action=audit.exported'), 200);
      },
    };
  },
};

export const noteSessionsExport: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare({ server, number }) {
    const agent = `agent-${number()}`;
    return Promise.resolve({
      async act() {
        expectStatus(await server.admin.client.get(`/api/admin/sessions/export?agent_id=${agent}`), 200);
      },
      isStored: (ask) => finds(ask, "select 1 from audit_log where json_extract(facts, '$.agent_id') = ?", agent),
      async check() {
        expectStatus(await server.admin.client.get('/api/admin/audit?action=session_list.exported'), 200);
      },
    });
  },
};

export const noteAccountExport: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const isRecorded = "select 1 from audit_log where action = 'account.exported' and object_id = ?";
    return {
      async act() {
        expectStatus(await person.client.get('/api/account/export'), 200);
      },
      isStored: (ask) => finds(ask, isRecorded, person.user.id),
      async check() {
        expectStatus(await person.client.get('/api/account/export'), 200);
      },
    };
  },
};

export const noteSessionExport: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const { session_id } = await openSession(person);
    const path = `/api/sessions/${session_id}/export?format=markdown`;
    return {
      async act() {
        expectStatus(await person.client.get(path), 200);
      },
      isStored: (ask) =>
        finds(ask, "select 1 from audit_log where action = 'session.exported' and object_id = ?", session_id),
      async check() {
        expectStatus(await person.client.get(path), 200);
      },
    };
  },
};

const allSealed = ({ ask }: World) =>
  waitFor('every audit record to be sealed', () => !finds(ask, 'select 1 from audit_log where chain_no is null'));

export const sealAudit: ServerWay = {
  place: 'server',
  async prepare(world) {
    const name = `Sealed ${world.number()}`;
    // A start seals what the one before left, and nothing when that was all.
    await allSealed(world);
    return {
      async act() {
        expectStatus(await world.server.admin.client.post('/api/admin/groups', { name }), 201, 409);
      },
      isStored: (ask) =>
        finds(ask, "select 1 from audit_log where json_extract(facts, '$.name') = ? and chain_no is not null", name),
      async check() {
        await allSealed(world);
      },
    };
  },
};
