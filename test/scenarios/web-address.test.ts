import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { auditList } from '../../src/contract/audit.ts';
import { documentList, searchAnswer, uploadAnswer } from '../../src/contract/documents.ts';
import { TestSite } from '../../src/http/testing/test-site.ts';
import { answered, refused } from '../client.ts';
import { newCorpus, textOf, untilRead } from '../documents.ts';
import { GivenServer, type Person } from '../given.ts';
import { slowStartMs } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: slowStartMs });
let server: GivenServer;
let site: TestSite;
let curator: Person;
/** A proxy that the environment names, and nobody is to ask. */
const proxy = createServer((_request, response) => response.end('by the proxy'));
let proxied = 0;
proxy.on('connection', () => (proxied += 1));

beforeAll(async () => {
  site = await TestSite.start();
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const env = {
    ...site.env,
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    HTTPS_PROXY: proxyUrl,
  };
  server = await GivenServer.start({ env });
  curator = await server.person('curator');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await site.close();
  proxy.close();
});

const addTo = (person: Person, corpusId: string, url: string) =>
  person.client.post(`/api/corpora/${corpusId}/documents/from-address`, { url });
const pageOf = (mark: string) =>
  `<!doctype html><title>Tides ${mark}</title><h1>Tides</h1><p>High water ${mark} is at noon.</p>`;

describe('a web address', () => {
  test('becomes a document that is read, found, and on record with who added it', async () => {
    const mark = randomUUID();
    const corpus = await newCorpus(curator, `Tides ${mark}`);
    site.put('/moved', (_request, response) => response.writeHead(307, { location: `/tides/${mark}` }).end());
    const final = site.put(`/tides/${mark}`, { body: pageOf(mark) });
    const url = `http://${site.host}/moved`;
    const reply = answered(await addTo(curator, corpus.id, `${url}#noon`), 202, uploadAnswer);
    const document = await untilRead(curator, reply.document_id);
    expect(document).toMatchObject({
      state: 'ready',
      title: `Tides ${mark}`,
      origin: { address: url, final_address: final, fetched_at: expect.any(String) as unknown },
    });
    expect(await textOf(curator, reply.document_id, 1)).toContain(`High water ${mark}`);
    expect((await curator.client.get(`/api/documents/${reply.document_id}/original`)).text).toBe(pageOf(mark));
    const query = { query: `high water ${mark}`, corpora: [corpus.id] };
    const found = answered(await curator.client.post('/api/search', query), 200, searchAnswer);
    expect(found.passages[0]?.document_id).toBe(reply.document_id);

    const audit = await server.admin.client.get(`/api/admin/audit?object_id=${reply.document_id}`);
    expect(answered(audit, 200, auditList).records).toMatchObject([
      { action: 'document.added', actor: { id: curator.user.id }, personal: { address: url } },
    ]);
    expect(proxied).toBe(0);
  });

  test('that leads inside is refused, in the words of one that leads nowhere', async () => {
    const corpus = await newCorpus(curator, `Inside ${randomUUID()}`);
    const before = site.asked.length;
    const inside = [
      'http://127.0.0.1/',
      'http://[::ffff:127.0.0.1]/',
      'http://169.254.169.254/latest',
      'http://0x7f.1/',
    ];
    const told = new Set<string>();
    for (const url of inside) told.add(refused(await addTo(curator, corpus.id, url), 400, 'bad_request').detail);
    for (const url of ['http://localhost/', 'http://localhost./', `http://${randomUUID()}.invalid/`]) {
      const { document_id: id } = answered(await addTo(curator, corpus.id, url), 202, uploadAnswer);
      // A machine without a resolver says of the second that it cannot tell, and asks again later.
      if (url.endsWith('.invalid/')) continue;
      told.add((await untilRead(curator, id)).error?.message ?? '');
    }
    expect([...told]).toEqual([expect.stringMatching(/^That address leads to nothing on the public internet/)]);
    expect(site.asked.length).toBe(before);
  });

  test.each([
    ['ftp://example.org/', 'begins with http'],
    ['file:///etc/passwd', 'begins with http'],
    ['example.org', 'begins with http'],
    ['https://user:secret@example.org/', 'no username'],
    ['http://example.org:22/', 'ports 80 and 443'],
  ])('%s is refused at once', async (url, words) => {
    const corpus = await newCorpus(curator, `Bad ${randomUUID()}`);
    expect(refused(await addTo(curator, corpus.id, url), 400, 'bad_request').detail).toContain(words);
    expect(
      answered(await curator.client.get(`/api/corpora/${corpus.id}/documents`), 200, documentList).documents,
    ).toEqual([]);
  });

  test('is added by curators alone, and to a corpus they may curate', async () => {
    const corpus = await newCorpus(curator, `Closed ${randomUUID()}`);
    const url = site.put('/closed', { body: pageOf('closed') });
    refused(await addTo(await server.person(), corpus.id, url), 403, 'forbidden');
    refused(await addTo(curator, randomUUID(), url), 404, 'not_found');
    expect(site.asked).not.toContain('/closed');
  });

  test('is fetched again by the next process when the one that fetched it was killed', async () => {
    const mark = randomUUID();
    const corpus = await newCorpus(curator, `Killed ${mark}`);
    const path = `/slow/${mark}`;
    const url = site.put(path, () => undefined);
    const { document_id: id } = answered(await addTo(curator, corpus.id, url), 202, uploadAnswer);
    await waitFor('the page being asked for', () => site.asked.includes(path));
    await server.process.kill();
    site.put(path, { body: pageOf(mark) });
    await server.startAgain();
    expect(await untilRead(curator, id)).toMatchObject({ state: 'ready', passages: 1 });
    expect(site.asked.filter((asked) => asked === path)).toHaveLength(2);
    const list = await curator.client.get(`/api/corpora/${corpus.id}/documents`);
    expect(answered(list, 200, documentList).documents).toHaveLength(1);
  });
});
