import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import type { Embedder } from '../models/embedder.ts';
import { miniLmId } from '../models/minilm/minilm-id.ts';
import type { ModelRequest } from '../models/model.ts';
import { composeModels } from './compose-model.ts';

const search = { name: 'search_corpora', description: '', inputSchema: {} };
const passage = {
  n: 1,
  document_title: 'Harbour',
  corpus_name: 'Port',
  heading_path: [],
  text: '<passage n="1">\nA berth costs twelve crowns a night.\n</passage>',
};
const request: ModelRequest = {
  messages: [
    { role: 'user', text: 'What does a berth cost?' },
    { role: 'assistant', text: '', toolCalls: [{ callId: 'c', tool: 'search_corpora', input: { query: 'berth' } }] },
    {
      role: 'tool',
      results: [
        {
          callId: 'c',
          tool: 'search_corpora',
          output: { passages: [passage], searched: ['Port'], note: '' },
          isError: false,
        },
      ],
    },
  ],
  tools: [search],
};

/** Notes what it is asked; all its vectors are one. */
function noting(id: string): Embedder & { asked: string[] } {
  const asked: string[] = [];
  return {
    id,
    asked,
    dimensions: 1,
    embed(texts) {
      asked.push(...texts);
      return Promise.resolve(texts.map(() => Float32Array.of(1)));
    },
    close: () => Promise.resolve(),
  };
}

async function answerWith(embedder: Embedder, env: Record<string, string>) {
  const model = await (await modelsOf(env, embedder)).forTurn();
  let text = '';
  for await (const part of model.stream(request, new AbortController().signal)) {
    if (part.type === 'text') text += part.text;
  }
  return { text, label: model.label };
}

test('quotes are chosen by the cosines of the embedder they were measured with, and of no other, which the label says', async () => {
  const builtIn = noting(miniLmId);
  const usual = await answerWith(builtIn, {});
  expect(builtIn.asked).not.toEqual([]);
  expect(usual.label).toBe('Quotes from your documents (no language model configured)');
  const other = noting('words:0123');
  const byWords = await answerWith(other, {
    PERDURE_EMBEDDINGS_URL: 'http://127.0.0.1:1',
    PERDURE_EMBEDDINGS_MODEL: 'words',
  });
  expect(other.asked).toEqual([]);
  expect(byWords.text).toContain('A berth costs twelve crowns a night.');
  expect(byWords.label).toContain('chosen by their words');
});

test('a name is asked for at the endpoint that is set; where none is, the built-in answerer answers and says so', async () => {
  const models = await modelsOf({ PERDURE_MODEL_BASE_URL: 'http://127.0.0.1:9/v1', PERDURE_MODEL: 'small' });
  const names = await models.names();
  expect([names.known, names.takesOthers, names.labelOf('')]).toEqual([['small'], true, 'small']);
  expect([names.labelOf('large'), (await models.forTurn('large')).label]).toEqual(['large', 'large']);
  const none = await modelsOf({});
  const { known, takesOthers, labelOf } = await none.names();
  expect([known, takesOthers, labelOf('large')]).toEqual([[], false, none.latest().label]);
  expect((await none.forTurn('large')).label).toBe(none.latest().label);
});

/** As the environment sets them, where no administrator set any. */
function modelsOf(env: Record<string, string>, embedder?: Embedder) {
  const sealing = { open: () => undefined };
  const ports = { readChoices: async () => ({ endpoints: [], chosen: undefined }), clock: systemClock, sealing };
  return composeModels(readConfig({ PERDURE_DATA_DIR: '/nowhere', ...env }), ports, undefined, () => embedder);
}
