import { waitFor } from '../../wait-for.ts';
import { finds, type ServerWay } from './way.ts';

/** Every instance reports itself soon after its start. */
export const reportInstance: ServerWay = {
  place: 'server',
  prepare({ server, ask }) {
    const known = new Set(ask('select instance_id from instances').map((row) => row.instance_id));
    return Promise.resolve({
      act: () => Promise.resolve(),
      isStored: (now) => now('select instance_id from instances').some((row) => !known.has(row.instance_id)),
      async check() {
        // The one that was killed is taken away by the one that came after it.
        await waitFor('one instance', () => ask('select 1 from instances').length === 1);
        await waitFor('its report', () => finds(ask, 'select 1 from instances where report <> ?', ''));
        const reply = await server.admin.client.get('/api/admin/now');
        if (reply.status !== 200) throw new Error(`answered ${reply.status}`);
      },
    });
  },
};
