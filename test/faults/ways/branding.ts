import assert from 'node:assert/strict';
import { brandingState } from '../../../src/contract/branding.ts';
import { logoAddress } from '../../../src/contract/logo.ts';
import { answered } from '../../client.ts';
import { pngOf } from '../../pictures.ts';
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

export const putLogo: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare({ server, number }) {
    const alt = `Logo ${number()}`;
    const { client } = server.admin;
    const read = async () => answered(await client.get(path), 200, brandingState);
    return Promise.resolve({
      async act() {
        const { version } = await read();
        const logo = { alt, base64: pngOf(2, 2).toString('base64') };
        answered(await client.put(`${path}/logo`, { read_version: version, logo }), 200, brandingState);
      },
      isStored: (ask) => finds(ask, "select 1 from settings where json_extract(value, '$.logo.alt') = ?", alt),
      async check() {
        const { logo } = await read();
        assert.equal(logo?.alt, alt);
        const served = await server.anonymous.get(logoAddress(logo));
        assert.deepEqual(served.bytes, pngOf(2, 2));
      },
    });
  },
};
