import assert from 'node:assert/strict';
import { document } from '../../../src/contract/documents.ts';
import { answered } from '../../client.ts';
import { newCorpus, upload } from '../../documents.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

export const tagDocuments: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const curator = await world.server.person('curator');
    const number = world.number();
    const { id: corpusId } = await newCorpus(curator, `Tagged ${number}`);
    const id = await upload(curator, corpusId, `tagged-${number}.md`, `# Buoys\n\nBuoy ${number} is red.`);
    return {
      async act() {
        const path = `/api/corpora/${corpusId}/documents/tags`;
        expectStatus(await curator.client.post(path, { document_ids: [id], add: ['Red', 'Afloat'] }), 200);
      },
      isStored: (ask) => finds(ask, 'select 1 from document_tags where document_id = ?', id),
      async check() {
        const { tags } = answered(await curator.client.get(`/api/documents/${id}`), 200, document);
        assert.deepEqual(tags, ['Afloat', 'Red']);
      },
    };
  },
};
