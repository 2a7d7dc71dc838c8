/** How well the default path finds documents, on any collection in JSON lines:
 *  `docs.jsonl {id, title, text}`, `queries.jsonl {id, text}`, `qrels.jsonl {qid, did, rel}`.
 *  Usage: node bench/retrieval.ts --collection DIR [--models DIR] [--store sqlite|postgres]
 *  Documents go through the product's own splitter, store, embedder and search; a document scores as its best passage.
 *  Prints one JSON line for each mode: nDCG@10 (gain = rel), R@10, MRR@10 (rel > 0 counts), documents/s, ms/query. */
import { parseArgs } from 'node:util';
import { documentsOf, type Measures, meanOf, measureRanking } from '../src/knowledge/evaluation/measures.ts';
import { readCollection } from './support/collection.ts';
import { quantile, round } from './support/lines.ts';
import { openSearchable, type SearchMode } from './support/searchable.ts';

const { values } = parseArgs({
  options: {
    collection: { type: 'string' },
    models: { type: 'string', default: 'data/models' },
    store: { type: 'string', default: 'sqlite' },
  },
});
if (values.collection === undefined) throw new Error('Usage: node bench/retrieval.ts --collection DIR [--models DIR]');
const { collection, store } = values;
if (store !== 'sqlite' && store !== 'postgres') throw new Error('--store is sqlite or postgres.');
const passagesAQuestion = 50;

const { documents, questions } = readCollection(collection);
const searchable = await openSearchable(documents, values.models, store);
const indexMs: Record<SearchMode, number> = { hybrid: searchable.hybridMs, lexical: searchable.lexicalMs };
for (const mode of ['hybrid', 'lexical'] as const) {
  await searchable.search(mode, 'warm up', passagesAQuestion);
  console.log(
    JSON.stringify({
      bench: 'retrieval',
      collection,
      store,
      mode,
      documents: documents.length,
      passages: searchable.passages,
      queries: questions.length,
      ...(await measure(mode)),
      documents_per_s: Math.round((documents.length / indexMs[mode]) * 1000),
      passages_per_s: Math.round((searchable.passages / indexMs[mode]) * 1000),
      rss_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    }),
  );
}
await searchable.close();

async function measure(mode: SearchMode) {
  const spentMs: number[] = [];
  const measures: Measures[] = [];
  for (const { text, gains } of questions) {
    const fromMs = performance.now();
    const passages = await searchable.search(mode, text, passagesAQuestion);
    spentMs.push(performance.now() - fromMs);
    measures.push(measureRanking(documentsOf(passages), gains));
  }
  const mean = meanOf(measures);
  if (!mean) throw new Error('The collection holds no question for which a document is relevant.');
  return {
    'nDCG@10': round(mean.ndcg),
    'R@10': round(mean.recall),
    'MRR@10': round(mean.reciprocalRank),
    ms_per_query_p50: round(quantile(spentMs, 0.5)),
    ms_per_query_p95: round(quantile(spentMs, 0.95)),
  };
}
