import assert from 'node:assert/strict';
import { waitFor } from '../../wait-for.ts';
import { fewWords, readUpload, Upload } from './documents.ts';
import { type Ask, type Deed, finds, type ServerWay, type World } from './way.ts';

/** Settings by which a server embeds with a model of the world's endpoint. */
export function embedderOf({ vectors }: Pick<World, 'vectors'>, model: string): Readonly<Record<string, string>> {
  return { PERDURE_EMBEDDINGS_URL: vectors.url, PERDURE_EMBEDDINGS_MODEL: model };
}

const vectorsOf = (ask: Ask, model: string) =>
  finds(ask, 'select 1 from passage_vectors where embedder like ?', `${model}:%`);
const isServing = (ask: Ask, model: string) =>
  finds(
    ask,
    `select 1 from settings where key = 'knowledge.embedding' and json_extract(value, '$.serving.id') like ?`,
    `${model}:%`,
  );

/** A server is started with another embedder than before, which takes over; on that way it is killed. `isStored` tells that the command is
 *  done. */
function takingOver(isStored: (ask: Ask, model: string) => boolean): ServerWay {
  return {
    place: 'server',
    async prepare(world) {
      await untilOneServes(world);
      const upload = await readUpload(world);
      const model = `words-${world.number()}`;
      return {
        env: embedderOf(world, model),
        act: () => Promise.resolve(),
        isStored: (ask) => isStored(ask, model),
        async check() {
          await untilAlone(world, model);
          await upload.checkRead();
        },
      };
    },
  };
}

/** The first embedder of all serves from the moment it is wanted; only those after it take over. */
async function untilOneServes(world: World): Promise<void> {
  const isAnySet = () => finds(world.ask, `select 1 from settings where key = 'knowledge.embedding'`);
  if (isAnySet()) return;
  await world.server.process.kill();
  await world.server.startAgain(embedderOf(world, `words-${world.number()}`));
  await waitFor('the first embedder', isAnySet);
}

/** Until every vector is of one model, and it serves. */
async function untilAlone({ ask }: World, model: string): Promise<void> {
  const others = 'select 1 from passage_vectors where embedder not like ?';
  await waitFor('the embedder to take over', () => isServing(ask, model) && !finds(ask, others, `${model}:%`));
}

export const wantEmbedder = takingOver((ask, model) =>
  finds(
    ask,
    `select 1 from settings where key = 'knowledge.embedding' and json_extract(value, '$.target.id') like ?`,
    `${model}:%`,
  ),
);
export const storeMissingVectors = takingOver(vectorsOf);
export const finishEmbedding = takingOver(isServing);

/** A start finds nothing to remove; the end of the job does. */
export const dropOldVectors: ServerWay = {
  place: 'server',
  runsBefore: 1,
  async prepare(world) {
    const [before, after] = [`words-${world.number()}`, `words-${world.number()}`];
    await world.server.process.kill();
    await world.server.startAgain(embedderOf(world, before));
    const upload = await readUpload(world);
    await untilAlone(world, before);
    return {
      env: embedderOf(world, after),
      act: () => Promise.resolve(),
      isStored: (ask) => !vectorsOf(ask, before),
      async check() {
        await untilAlone(world, after);
        await upload.checkRead();
      },
    };
  },
};

/** The endpoint refuses what it is asked, and the job waits for a better time. */
export const failEmbedding: ServerWay = {
  place: 'server',
  async prepare(world): Promise<Deed> {
    await untilOneServes(world);
    const upload = await readUpload(world);
    const model = `broken-${world.number()}`;
    const hasFailed = (ask: Ask) =>
      finds(ask, `select 1 from jobs where subject_id like ? and error = 'embedding_failed'`, `${model}:%`);
    return {
      env: embedderOf(world, model),
      act: () => Promise.resolve(),
      isStored: hasFailed,
      async check() {
        await waitFor('the failure to be stored', () => hasFailed(world.ask));
        assert.ok(!isServing(world.ask, model), 'it does not serve');
        await upload.checkRead();
      },
    };
  },
};

export const storePassageVectors: ServerWay = {
  place: 'server',
  async prepare(world) {
    const model = `words-${world.number()}`;
    const upload = await Upload.of(world, fewWords);
    const hasVectors = 'exists (select 1 from passages join passage_vectors using (rowid) where document_id = d.id)';
    return {
      env: embedderOf(world, model),
      async act() {
        await upload.send();
      },
      isStored: (ask) => upload.has(ask, hasVectors),
      check: () => upload.checkRead(),
    };
  },
};
