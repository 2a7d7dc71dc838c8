import { expectStatus, type ServerWay } from './way.ts';

export const checkWritable: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, ask }) {
    const lastWrite = () => ask("select value from settings where key = 'health.last_write'")[0]?.value;
    const before = lastWrite();
    const probe = async () => {
      expectStatus(await server.anonymous.get('/readyz'), 200);
    };
    return { act: probe, isStored: () => lastWrite() !== before, check: probe };
  },
};
