import { expect, test } from 'vitest';
import { documentVersions, replaceAnswer } from '../../src/contract/document-versions.ts';
import { document as documentShape, documentAccesses } from '../../src/contract/documents.ts';
import { answered, refused } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer();

test('a document gets another original over the API; verifying finds all well with it, in the bin too', async () => {
  const [curator, reader] = [await server().person('curator'), await server().person()];
  const corpus = await newCorpus(curator, 'Tides');
  const id = await upload(curator, corpus.id, 'flood.md', '# Flood');
  await untilRead(curator, id);
  await untilRead(curator, await upload(curator, corpus.id, 'moon.md', '# Moon'));
  const at = `/api/documents/${id}`;
  const put = (body: string, name = 'ebb.md') =>
    curator.client.call('PUT', `${at}/original?filename=${name}`, { body });

  expect(answered(await put('# Flood'), 202, replaceAnswer)).toEqual({ document_id: id, version: 1, duplicate: true });
  expect(refused(await put('# Moon'), 409, 'conflict').detail).toContain('“Moon”');
  refused(await put('no PDF', 'ebb.pdf'), 415, 'unsupported_media_type');
  refused(await put(''), 400, 'bad_request');
  refused(await curator.client.post(`${at}/fetch`), 409, 'conflict');
  refused(await reader.client.call('PUT', `${at}/original`, { body: '# Mine' }), 403, 'forbidden');
  expect(answered(await put('# Ebb'), 202, replaceAnswer)).toEqual({ document_id: id, version: 2 });
  await waitFor('the next version', async () => {
    const now = answered(await reader.client.get(at), 200, documentShape);
    return now.version === 2 && now.filename === 'ebb.md';
  });
  await checkInvariants(server().databasePath);

  const { versions } = answered(await reader.client.get(`${at}/versions`), 200, documentVersions);
  expect(versions.map(({ version, state, how, filename }) => [version, state, how, filename])).toEqual([
    [2, 'current', 'replaced', 'ebb.md'],
    [1, 'old', 'added', 'flood.md'],
  ]);
  const older = await reader.client.get(`${at}/original?version=1`);
  expect([older.text, older.headers['content-disposition']]).toEqual(['# Flood', expect.stringContaining('flood.md')]);
  expect((await reader.client.get(`${at}/original`)).text).toBe('# Ebb');
  refused(await reader.client.get(`${at}/original?version=3`), 404, 'not_found');
  const { accesses } = answered(await curator.client.get(`${at}/accesses`), 200, documentAccesses);
  expect(accesses.map(({ what, version }) => [what, version])).toEqual([
    ['original', 2],
    ['original', 1],
  ]);

  expect((await curator.client.delete(at)).status).toBe(204);
  await checkInvariants(server().databasePath);
  refused(await reader.client.get(`${at}/original?version=1`), 410, 'gone');
  refused(await reader.client.get(`${at}/versions`), 410, 'gone');
  expect((await curator.client.post(`/api/bin/documents/${id}/restore`)).status).toBe(202);
  expect((await reader.client.get(`${at}/original?version=1`)).text).toBe('# Flood');
  expect((await curator.client.delete(at)).status).toBe(204);
  expect((await curator.client.delete(`/api/bin/documents/${id}`)).status).toBe(204);
  await checkInvariants(server().databasePath);
});
