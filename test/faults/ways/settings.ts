import { setTimeout as pause } from 'node:timers/promises';
import { expectStatus, type ServerWay } from './way.ts';

export const checkWritable: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, ask }) {
    const lastWrite = () => ask("select value from settings where key = 'health.last_write'")[0]?.value;
    // What was just looked at serves for a second.
    await pause(1_100);
    const before = lastWrite();
    const probe = async () => {
      expectStatus(await server.anonymous.get('/readyz'), 200);
    };
    return { act: probe, isStored: () => lastWrite() !== before, check: probe };
  },
};
