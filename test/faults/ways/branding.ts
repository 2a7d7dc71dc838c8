import assert from 'node:assert/strict';
import { brandingState } from '../../../src/contract/branding.ts';
import { answered } from '../../client.ts';
import { finds, type ServerWay } from './way.ts';

const path = '/api/admin/branding';

export const putBranding: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare({ server, number }) {
    const name = `Installation ${number()}`;
    const { client } = server.admin;
    const read = async () => answered(await client.get(path), 200, brandingState);
    return Promise.resolve({
      async act() {
        const { version } = await read();
        answered(
          await client.put(path, { read_version: version, branding: { name, accent: '#224466' } }),
          200,
          brandingState,
        );
      },
      isStored: (ask) => finds(ask, "select 1 from settings where json_extract(value, '$.name') = ?", name),
      async check() {
        assert.equal((await read()).branding.name, name);
      },
    });
  },
};
