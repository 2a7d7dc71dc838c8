import assert from 'node:assert/strict';
import { usageReport } from '../../../src/contract/usage.ts';
import { answered } from '../../client.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

export const noteUsageExport: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare({ server, number }) {
    const agent = `agent-${number()}`;
    return Promise.resolve({
      async act() {
        expectStatus(await server.admin.client.get(`/api/admin/usage/export?chart=turns&agent_id=${agent}`), 200);
      },
      isStored: (ask) => finds(ask, "select 1 from audit_log where json_extract(facts, '$.agent_id') = ?", agent),
      async check() {
        expectStatus(await server.admin.client.get('/api/admin/audit?action=usage.exported'), 200);
      },
    });
  },
};

export const putModelPrices: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare({ server, number }) {
    const model = `model-${number()}`;
    const prices = { currency: 'EUR', models: [{ model, input_per_million: 1, output_per_million: 2 }] };
    return Promise.resolve({
      async act() {
        expectStatus(await server.admin.client.put('/api/admin/usage/prices', prices), 204);
      },
      isStored: (ask) => finds(ask, "select 1 from settings where json_extract(value, '$.models[0].model') = ?", model),
      async check() {
        const usage = answered(await server.admin.client.get('/api/admin/usage'), 200, usageReport);
        assert.deepEqual(usage.prices, prices);
      },
    });
  },
};
