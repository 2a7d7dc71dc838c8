import assert from 'node:assert/strict';
import { documentAccesses, documentList, searchAnswer, uploadAnswer } from '../../../src/contract/documents.ts';
import { makeZip } from '../../../src/knowledge/testing/make-zip.ts';
import { answered } from '../../client.ts';
import { newCorpus, textOf, untilRead, upload } from '../../documents.ts';
import type { Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { type Ask, type Deed, expectStatus, finds, type ServerWay, type World } from './way.ts';

/** A file that somebody uploads to a corpus of their own. */
export class Upload {
  readonly curator: Person;
  readonly corpusId: string;
  readonly filename: string;
  readonly body: string;

  private constructor(curator: Person, corpusId: string, filename: string, body: string) {
    this.curator = curator;
    this.corpusId = corpusId;
    this.filename = filename;
    this.body = body;
  }

  static async of(world: World, body: string, ending = 'md'): Promise<Upload> {
    const curator = await world.server.person('curator');
    const number = world.number();
    const corpus = await newCorpus(curator, `Corpus ${number}`);
    return new Upload(curator, corpus.id, `file-${number}.${ending}`, body.replaceAll('NUMBER', String(number)));
  }

  /** Uploads it; the same bytes again give the document that is there. */
  async send(): Promise<string> {
    const path = `/api/corpora/${this.corpusId}/documents?filename=${this.filename}`;
    const reply = await this.curator.client.call('POST', path, { body: this.body });
    return answered(reply, 202, uploadAnswer).document_id;
  }

  /** Whether the document, or a row that belongs to it, is as the condition says. */
  has(ask: Ask, condition: string): boolean {
    return finds(ask, `select 1 from documents d where d.filename = ? and (${condition})`, this.filename);
  }

  /** There is one document, it was read whole, and it is found. */
  async checkRead(): Promise<void> {
    const { client } = this.curator;
    const page = answered(await client.get(`/api/corpora/${this.corpusId}/documents`), 200, documentList);
    assert.equal(page.documents.length, 1);
    const id = page.documents[0]?.document_id ?? '';
    const document = await untilRead(this.curator, id);
    assert.deepEqual([document.state, document.bytes], ['ready', Buffer.byteLength(this.body)]);
    assert.equal((await client.get(`/api/documents/${id}/original`)).text, this.body);
    const query = { query: 'buoy marks the reef', corpora: [this.corpusId] };
    const found = answered(await client.post('/api/search', query), 200, searchAnswer);
    assert.ok(found.passages.length > 0, 'the document is found');
  }

  async checkGone(): Promise<void> {
    const query = { query: 'buoy marks the reef' };
    const found = answered(await this.curator.client.post('/api/search', query), 200, searchAnswer);
    assert.ok(found.passages.every(({ corpus_id }) => corpus_id !== this.corpusId));
  }
}

export const fewWords = '# Reef NUMBER\n\nBuoy NUMBER marks the reef.\n';
/** More passages than one command stores. */
const manyPassages = Array.from(
  { length: 80 },
  (_each, i) => `# Buoy ${i} of NUMBER\n\n${`Buoy ${i} marks the reef of NUMBER and its lamp. `.repeat(12)}`,
).join('\n\n');
/** Keeps the parser at work for several seconds, though there is next to no text in it. */
const slowToRead = `<!doctype html><html><head><title>Slow NUMBER</title></head><body><p>Buoy NUMBER marks the reef.</p>${'<div><span></span></div>'.repeat(50_000)}</body></html>`;
const broken = '%PDF-1.7\nNUMBER is no page\n';

export const createCorpus: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const curator = await server.person('curator');
    const name = `Made ${number()}`;
    return {
      async act() {
        expectStatus(await curator.client.post('/api/corpora', { name }), 201, 409);
      },
      isStored: (ask) => finds(ask, 'select 1 from corpora where name = ?', name),
      async check() {
        const { text } = await curator.client.get('/api/corpora');
        assert.equal(text.split(`"${name}"`).length, 2, 'the corpus is in the list once');
      },
    };
  },
};

export const updateCorpus: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const curator = await server.person('curator');
    const corpus = await newCorpus(curator, `Before ${number()}`);
    const name = `After ${number()}`;
    return {
      async act() {
        expectStatus(await curator.client.patch(`/api/corpora/${corpus.id}`, { name }), 200);
      },
      isStored: (ask) => finds(ask, 'select 1 from corpora where id = ? and name = ?', corpus.id, name),
      async check() {
        const { text } = await curator.client.get(`/api/corpora/${corpus.id}`);
        assert.ok(text.includes(`"${name}"`));
      },
    };
  },
};

export const giveCorpus: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const [curator, other] = [await server.person('curator'), await server.person('curator')];
    const corpus = await newCorpus(curator, `Given ${number()}`);
    return {
      async act() {
        const body = { username: other.username };
        // Given already: whoever gave it away may not give it again.
        expectStatus(await curator.client.call('PUT', `/api/corpora/${corpus.id}/owner`, { json: body }), 204, 403);
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from corpora where id = ? and owner_user_id = ?', corpus.id, other.user.id),
      async check() {
        const { text } = await other.client.get(`/api/corpora/${corpus.id}`);
        assert.ok(text.includes(`"owner_username":"${other.username}"`) && text.includes('"access":"curate"'));
      },
    };
  },
};

export const deleteCorpus: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await readUpload(world);
    const { client } = upload.curator;
    return {
      async act() {
        expectStatus(await client.delete(`/api/corpora/${upload.corpusId}`), 204, 404);
      },
      isStored: (ask) => finds(ask, 'select 1 from corpora where id = ? and deleted_at is not null', upload.corpusId),
      async check() {
        expectStatus(await client.get(`/api/corpora/${upload.corpusId}`), 404);
        await upload.checkGone();
      },
    };
  },
};

export async function readUpload(world: World): Promise<Upload> {
  const upload = await Upload.of(world, fewWords);
  const id = await upload.send();
  assert.equal((await untilRead(upload.curator, id)).state, 'ready');
  return upload;
}

/** A file is uploaded and read, and somewhere on that way the server is killed. `sign` tells by the document that the command is done. */
function reading(sign: string, more: Pick<ServerWay, 'isAnswered'> = {}): ServerWay {
  return {
    place: 'server',
    ...more,
    async prepare(world) {
      const upload = await Upload.of(world, fewWords);
      return {
        async act() {
          await upload.send();
        },
        isStored: (ask) => upload.has(ask, sign),
        check: () => upload.checkRead(),
      };
    },
  };
}

export const addDocument = reading('true', { isAnswered: true });
/** An archive is uploaded, and the server is killed while it takes the archive apart. */
export const addFromArchive: ServerWay = {
  place: 'server',
  async prepare({ server, number }) {
    const curator = await server.person('curator');
    const mark = number();
    const corpus = await newCorpus(curator, `Corpus ${mark}`);
    const names = ['reefs/north.md', 'reefs/south.md'];
    const archive = makeZip(names.map((name) => ({ name, content: `# ${name}\n\nBuoy ${mark} marks ${name}.\n` })));
    let id = '';
    return {
      async act() {
        id = await upload(curator, corpus.id, 'reefs.zip', archive);
      },
      isStored: (ask) => finds(ask, 'select 1 from documents where corpus_id = ? and archive_id <> ?', corpus.id, ''),
      async check() {
        assert.equal((await untilRead(curator, id)).state, 'ready');
        const reply = await curator.client.get(`/api/corpora/${corpus.id}/documents`);
        const { documents } = answered(reply, 200, documentList);
        const read = await Promise.all(documents.map((each) => untilRead(curator, each.document_id)));
        assert.deepEqual(
          read.map(({ filename, state }) => `${filename} ${state}`).toSorted(),
          [...names, 'reefs.zip'].map((name) => `${name} ready`).toSorted(),
        );
      },
    };
  },
};

export const claimJob = reading('exists (select 1 from jobs where subject_id = d.id and attempt > 0)');
export const startIngest = reading("d.state = 'parsing'");
export const storeDocumentText = reading('exists (select 1 from document_texts where document_id = d.id)');
export const storePassages = reading('exists (select 1 from passages where document_id = d.id)');
export const finishDocument = reading("d.state = 'ready'");

/** A document that was being stored when its server was killed is stored anew, after what is there of it is cleared. */
export const clearPassages: ServerWay = {
  place: 'server',
  async prepare(world) {
    const upload = await Upload.of(world, manyPassages);
    await world.dieAt('after:storePassages', () => upload.send());
    const count = 'select count(*) as n from passages p join documents d on d.id = p.document_id where d.filename = ?';
    const before = Number(world.ask(count, upload.filename)[0]?.n);
    return {
      act: () => Promise.resolve(),
      isStored: (ask) => Number(ask(count, upload.filename)[0]?.n) < before,
      check: () => upload.checkRead(),
    };
  },
};

export const failDocument: ServerWay = {
  place: 'server',
  async prepare(world) {
    const upload = await Upload.of(world, broken, 'pdf');
    let id = '';
    return {
      async act() {
        id = await upload.send();
      },
      isStored: (ask) => upload.has(ask, "d.state = 'failed'"),
      async check() {
        const { state, error } = await untilRead(upload.curator, id);
        assert.deepEqual([state, error?.code], ['failed', 'broken']);
      },
    };
  },
};

/** What was read before the reading was cancelled is read on. */
export const retryDocument: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await Upload.of(world, slowToRead, 'html');
    const id = await upload.send();
    const { client } = upload.curator;
    expectStatus(await client.post(`/api/documents/${id}/cancel`), 202);
    return {
      async act() {
        expectStatus(await client.post(`/api/documents/${id}/retry`), 202);
      },
      isStored: (ask) => upload.has(ask, "d.state <> 'failed'"),
      check: () => upload.checkRead(),
    };
  },
};

/** A ready document is read again as its second version, whatever happens to the server meanwhile. */
export const reprocessDocument: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await Upload.of(world, fewWords);
    const id = await upload.send();
    await untilRead(upload.curator, id);
    const { client } = upload.curator;
    const isRead = `select 1 from documents where id = ? and version > 1 and state = 'ready'`;
    return {
      async act() {
        expectStatus(await client.post(`/api/documents/${id}/reprocess`), 202);
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from document_versions where document_id = ?', id) || finds(ask, isRead, id),
      async check() {
        await waitFor('the next version', () => finds(world.ask, isRead, id));
        await upload.checkRead();
      },
    };
  },
};

/** A ready document gets another original: the old one or the new one is found, with its own text, and never some of each. */
export const replaceOriginal: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await Upload.of(world, fewWords);
    const id = await upload.send();
    await untilRead(upload.curator, id);
    const { client } = upload.curator;
    const body = `${upload.body}\nThe lamp of ${upload.filename} is green.\n`;
    const isRead = `select 1 from documents where id = ? and version = 2 and state = 'ready'`;
    return {
      async act() {
        const path = `/api/documents/${id}/original?filename=${upload.filename}`;
        expectStatus(await client.call('PUT', path, { body }), 202);
      },
      isStored: (ask) =>
        finds(ask, 'select 1 from document_versions where document_id = ?', id) || finds(ask, isRead, id),
      async check() {
        await waitFor('the next version', () => finds(world.ask, isRead, id));
        for (const [version, original] of [upload.body, body].entries()) {
          const at = `?version=${version + 1}`;
          assert.equal((await client.get(`/api/documents/${id}/original${at}`)).text, original);
          assert.equal((await textOf(upload.curator, id, version + 1)).includes('green'), version === 1);
        }
      },
    };
  },
};

export const cancelDocument: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await Upload.of(world, slowToRead, 'html');
    const id = await upload.send();
    const { client } = upload.curator;
    return {
      async act() {
        expectStatus(await client.post(`/api/documents/${id}/cancel`), 202);
      },
      isStored: (ask) => upload.has(ask, "d.state = 'failed' and d.error_code = 'cancelled'"),
      async check() {
        const { state, error } = await untilRead(upload.curator, id);
        assert.deepEqual([state, error?.code], ['failed', 'cancelled']);
      },
    };
  },
};

export const deleteDocument: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await Upload.of(world, fewWords);
    const id = await upload.send();
    await untilRead(upload.curator, id);
    const { client } = upload.curator;
    return {
      async act() {
        expectStatus(await client.delete(`/api/documents/${id}`), 204);
      },
      isStored: (ask) => finds(ask, 'select 1 from documents where id = ? and deleted_at is not null', id),
      async check() {
        expectStatus(await client.get(`/api/documents/${id}`), 410);
        await upload.checkGone();
      },
    };
  },
};

/** A purged corpus leaves its documents to be cleared. Each start looks once for what there is to clear. */
export const sweepDeleted: ServerWay = {
  place: 'server',
  runsBefore: 1,
  async prepare(world) {
    const upload = await readUpload(world);
    const { client } = upload.curator;
    expectStatus(await client.delete(`/api/corpora/${upload.corpusId}`), 204);
    const leftovers = `select 1 from documents d join corpora c on c.id = d.corpus_id
      where (c.purged_at is not null and d.purged_at is null) or (d.purged_at is not null and d.passage_count > 0)`;
    await waitFor('nothing left to clear', () => !finds(world.ask, leftovers));
    return {
      async act() {
        expectStatus(await client.delete(`/api/bin/corpora/${upload.corpusId}`), 204, 404);
      },
      isStored: (ask) => upload.has(ask, 'd.purged_at is not null'),
      async check() {
        await waitFor('the corpus cleared', () => !finds(world.ask, leftovers));
        await upload.checkGone();
      },
    };
  },
};

/** The document is being read at the start already, so that its lease is seen long before it is renewed. */
export const renewJobLeases: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { upload, isRunning, remove } = await slowUpload(world);
    await upload.send();
    await waitFor('the document being read', () => isRunning(world.ask, 'true'));
    const claimed = 'select j.lease_until_ms from jobs j join documents d on d.id = j.subject_id where d.filename = ?';
    let claimedUntilMs = Number.POSITIVE_INFINITY;
    return {
      async act() {
        await waitFor('the next claim', () => isRunning(world.ask, 'j.attempt > 1'));
        claimedUntilMs = Number(world.ask(claimed, upload.filename)[0]?.lease_until_ms);
      },
      isStored: (ask) => isRunning(ask, `j.lease_until_ms > ${claimedUntilMs}`),
      check: remove,
    };
  },
};

/** A drain gives a document back that is being read. */
export const releaseJob: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { upload, isRunning, remove } = await slowUpload(world);
    return {
      async act() {
        await upload.send();
        await waitFor('the document being read', () => isRunning(world.ask, 'true'));
        assert.deepEqual(await world.server.process.terminate(), { code: 0, signal: null });
      },
      isStored: (ask) => upload.has(ask, "exists (select 1 from jobs where subject_id = d.id and state = 'queued')"),
      async check() {
        await world.server.startAgain();
        await waitFor('the document being read again', () => isRunning(world.ask, 'true'));
        await remove();
      },
    };
  },
};

/** Its reading would take long, so nobody waits for the end of it. */
async function slowUpload(
  world: World,
): Promise<{ upload: Upload; isRunning(ask: Ask, condition: string): boolean; remove: Deed['check'] }> {
  const upload = await Upload.of(world, slowToRead, 'html');
  return {
    upload,
    isRunning: (ask, condition) =>
      upload.has(ask, `exists (select 1 from jobs j where subject_id = d.id and state = 'running' and ${condition})`),
    async remove() {
      const id = await upload.send();
      expectStatus(await upload.curator.client.delete(`/api/documents/${id}`), 204);
      assert.ok(!upload.has(world.ask, "exists (select 1 from jobs where subject_id = d.id and state = 'running')"));
    },
  };
}

export const noteDocumentAccess: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const upload = await Upload.of(world, fewWords);
    const documentId = await upload.send();
    await untilRead(upload.curator, documentId);
    const reader = await world.server.person();
    return {
      async act() {
        expectStatus(await reader.client.get(`/api/documents/${documentId}/original`), 200);
      },
      isStored: (ask) => finds(ask, 'select 1 from document_access_log where user_id = ?', reader.user.id),
      async check() {
        const reply = await upload.curator.client.get(`/api/documents/${documentId}/accesses`);
        const { accesses } = answered(reply, 200, documentAccesses);
        const seen = accesses.map(({ username, what, by_api_key }) => ({ username, what, by_api_key }));
        assert.deepEqual(seen, [{ username: reader.user.username, what: 'original', by_api_key: false }]);
      },
    };
  },
};
