import assert from 'node:assert/strict';
import { adminAgentList } from '../../../src/contract/agents.ts';
import { answered } from '../../client.ts';
import { newCorpus } from '../../documents.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

export const setAgentCorpora: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const { client } = server.admin;
    const corpus = await newCorpus(server.admin, `Of the agent ${number()}`);
    const set = (corpora: string[]) => client.put('/api/admin/agents/librarian/default-corpora', { corpora });
    return {
      async act() {
        expectStatus(await set([corpus.id]), 204);
      },
      isStored: (ask) => finds(ask, 'select 1 from agents where default_corpora = ?', JSON.stringify([corpus.id])),
      async check() {
        const { agents } = answered(await client.get('/api/admin/agents'), 200, adminAgentList);
        assert.deepEqual(agents[0]?.default_corpora, [{ corpus_id: corpus.id, name: corpus.name, is_archived: false }]);
        expectStatus(await set([]), 204);
      },
    };
  },
};
