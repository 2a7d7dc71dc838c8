import assert from 'node:assert/strict';
import { documentList } from '../../../src/contract/documents.ts';
import { answered } from '../../client.ts';
import { newCorpus, textOf, untilRead } from '../../documents.ts';
import { waitFor } from '../../wait-for.ts';
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

/** A page that changed is fetched again: what stands there now is the document's second version. */
export const fetchAgain: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, site, number, ask }) {
    const curator = await server.person('curator');
    const mark = number();
    const corpus = await newCorpus(curator, `Corpus ${mark}`);
    const put = (words: string) =>
      site.put(`/tides-${mark}.md`, { type: 'text/markdown', body: `# Tides ${mark}\n\n${words}\n` });
    const url = put('The flood comes.');
    expectStatus(await curator.client.post(`/api/corpora/${corpus.id}/documents/from-address`, { url }), 202);
    const reply = await curator.client.get(`/api/corpora/${corpus.id}/documents`);
    const id = answered(reply, 200, documentList).documents[0]?.document_id ?? '';
    assert.equal((await untilRead(curator, id)).state, 'ready');
    put('The ebb goes.');
    const isRead = `select 1 from documents where id = ? and version = 2 and state = 'ready'`;
    const beside = 'select 1 from document_versions where document_id = ?';
    return {
      async act() {
        expectStatus(await curator.client.post(`/api/documents/${id}/fetch`), 202);
      },
      isStored: (query) => finds(query, beside, id) || finds(query, isRead, id),
      async check() {
        await waitFor('the next version', () => finds(ask, isRead, id));
        await waitFor('the end of fetching', () => !finds(ask, `${beside} and state <> 'old'`, id));
        for (const [version, words] of ['flood', 'ebb'].entries()) {
          const { text } = await curator.client.get(`/api/documents/${id}/original?version=${version + 1}`);
          assert.ok(text.includes(words));
          assert.ok((await textOf(curator, id, version + 1)).includes(words));
        }
      },
    };
  },
};

export const addFromAddress = fetching('true', { isAnswered: true });
export const startFetch = fetching("d.state = 'parsing'");
export const storeFetched = fetching('d.fetched_at is not null');
