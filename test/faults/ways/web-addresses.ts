import assert from 'node:assert/strict';
import { documentList } from '../../../src/contract/documents.ts';
import { answered } from '../../client.ts';
import { newCorpus, untilRead } from '../../documents.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

/** A web page is added, fetched and read, and somewhere on that way the server is killed. `sign` tells by the document that the command is
 *  done. */
function fetching(sign: string, more: Pick<ServerWay, 'isAnswered'> = {}): ServerWay {
  return {
    place: 'server',
    ...more,
    async prepare({ server, site, number }) {
      const curator = await server.person('curator');
      const mark = number();
      const corpus = await newCorpus(curator, `Corpus ${mark}`);
      const body = `# Reef ${mark}\n\nBuoy ${mark} marks the reef.\n`;
      const url = site.put(`/reef-${mark}.md`, { type: 'text/markdown', body });
      return {
        async act() {
          expectStatus(await curator.client.post(`/api/corpora/${corpus.id}/documents/from-address`, { url }), 202);
        },
        isStored: (ask) => finds(ask, `select 1 from documents d where d.address = ? and (${sign})`, url),
        async check() {
          const reply = await curator.client.get(`/api/corpora/${corpus.id}/documents`);
          const { documents } = answered(reply, 200, documentList);
          assert.equal(documents.length, 1);
          const { state, bytes, origin, document_id: id } = await untilRead(curator, documents[0]?.document_id ?? '');
          assert.deepEqual([state, bytes, origin?.final_address], ['ready', Buffer.byteLength(body), url]);
          assert.equal((await curator.client.get(`/api/documents/${id}/original`)).text, body);
        },
      };
    },
  };
}

export const addFromAddress = fetching('true', { isAnswered: true });
export const startFetch = fetching("d.state = 'parsing'");
export const storeFetched = fetching('d.fetched_at is not null');
