import type { LocalEmbedder, EmbedOptions } from '../embedder.ts';
import type { TextWorker } from './open-text-worker.ts';

/** An embedder over a model in a thread.
 *  @param id  names the model and its version */
export function workerEmbedder({ facts, queue, close }: TextWorker, id: string): LocalEmbedder {
  return {
    id,
    dimensions: facts.dimensions,
    maxTokens: facts.maxTokens,
    embed: (texts, options) => embedAll({ facts, queue }, texts, options),
    async countTokens(texts) {
      if (texts.length === 0) return [];
      const answer = await queue.run({ type: 'count', texts }, { priority: 'batch' });
      if (answer.type !== 'counted') throw unexpected();
      return answer.counts;
    },
    close,
  };
}

/** About the length of one full passage. Larger requests were not faster and made a query wait longer. */
const requestChars = 1100;
const requestTexts = 16;

async function embedAll(
  { facts, queue }: Pick<TextWorker, 'facts' | 'queue'>,
  texts: string[],
  { priority = 'batch', role = 'passage', signal }: EmbedOptions = {},
): Promise<Float32Array[]> {
  const { dimensions } = facts;
  const prefix = role === 'query' ? facts.queryPrefix : facts.passagePrefix;
  const vectors: Float32Array[] = [];
  await Promise.all(
    groupByLength(texts).map(async (group) => {
      const work = { type: 'embed', texts: group.map((i) => prefix + (texts[i] ?? '')) } as const;
      const answer = await queue.run(work, { priority, signal });
      if (answer.type !== 'embedded') throw unexpected();
      for (const [row, i] of group.entries()) {
        vectors[i] = answer.vectors.slice(row * dimensions, (row + 1) * dimensions);
      }
    }),
  );
  return vectors;
}

const unexpected = () => new Error('The embedder answered something else than was asked.');

/** Positions in `texts`, texts of like length together, so that little is spent on padding. */
function groupByLength(texts: string[]): number[][] {
  const order = texts.map((_, i) => i).toSorted((a, b) => (texts[a]?.length ?? 0) - (texts[b]?.length ?? 0));
  const groups: number[][] = [];
  let group: number[] = [];
  for (const i of order) {
    // The order is by length, so the text at hand is the longest of its group.
    const padded = (texts[i]?.length ?? 0) * (group.length + 1);
    if (group.length > 0 && (padded > requestChars || group.length === requestTexts)) {
      groups.push(group);
      group = [];
    }
    group.push(i);
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
