import { DatabaseSync } from 'node:sqlite';
import { untilRead } from '../../documents.ts';
import { waitFor } from '../../wait-for.ts';
import { fewWords, readUpload, Upload } from './documents.ts';
import { givenPerson } from './erasing.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

/** A document in the recycle bin of its corpus. */
async function binnedUpload(world: World): Promise<{ upload: Upload; id: string }> {
  const upload = await Upload.of(world, fewWords);
  const id = await upload.send();
  await untilRead(upload.curator, id);
  expectStatus(await upload.curator.client.delete(`/api/documents/${id}`), 204);
  return { upload, id };
}

export const restoreDocument: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { upload, id } = await binnedUpload(world);
    return {
      async act() {
        expectStatus(await upload.curator.client.post(`/api/bin/documents/${id}/restore`), 202);
      },
      isStored: (ask) => finds(ask, 'select 1 from documents where id = ? and deleted_at is null', id),
      check: () => upload.checkRead(),
    };
  },
};

export const purgeDocument: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { upload, id } = await binnedUpload(world);
    return {
      async act() {
        expectStatus(await upload.curator.client.delete(`/api/bin/documents/${id}`), 204);
      },
      isStored: (ask) => finds(ask, 'select 1 from documents where id = ? and purged_at is not null', id),
      async check() {
        expectStatus(await upload.curator.client.post(`/api/bin/documents/${id}/restore`), 410);
        await upload.checkGone();
      },
    };
  },
};

export const restoreCorpus: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await readUpload(world);
    const { client } = upload.curator;
    expectStatus(await client.delete(`/api/corpora/${upload.corpusId}`), 204);
    return {
      async act() {
        expectStatus(await client.post(`/api/bin/corpora/${upload.corpusId}/restore`, {}), 200, 404);
      },
      isStored: (ask) => finds(ask, 'select 1 from corpora where id = ? and deleted_at is null', upload.corpusId),
      check: () => upload.checkRead(),
    };
  },
};

export const purgeCorpus: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await readUpload(world);
    const { client } = upload.curator;
    expectStatus(await client.delete(`/api/corpora/${upload.corpusId}`), 204);
    return {
      async act() {
        expectStatus(await client.delete(`/api/bin/corpora/${upload.corpusId}`), 204, 404);
      },
      isStored: (ask) => finds(ask, 'select 1 from corpora where id = ? and purged_at is not null', upload.corpusId),
      async check() {
        expectStatus(await client.post(`/api/bin/corpora/${upload.corpusId}/restore`, {}), 404);
        await upload.checkGone();
      },
    };
  },
};

/** The server looks into the bin at its start, every hour, and when it has something to erase. */
export const emptyKnowledgeBin: ServerWay = {
  place: 'server',
  runsBefore: 1,
  async prepare(world) {
    const { upload, id } = await binnedUpload(world);
    const another = await givenPerson(world);
    return {
      async act() {
        letBinTimePass(world.server.databasePath, id);
        await another.erase();
      },
      isStored: (ask) => finds(ask, 'select 1 from documents where id = ? and purged_at is not null', id),
      async check() {
        const purged = 'select 1 from documents where id = ? and purged_at is not null and passage_count = 0';
        await waitFor('the old document purged', () => finds(world.ask, purged, id));
        await another.untilErased();
        await upload.checkGone();
      },
    };
  },
};

function letBinTimePass(path: string, documentId: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('pragma busy_timeout = 5000');
    const old = new Date(Date.now() - 31 * 24 * 3_600_000).toISOString();
    database
      .prepare('update documents set deleted_at = ? where id = ? and deleted_at is not null')
      .run(old, documentId);
  } finally {
    database.close();
  }
}
