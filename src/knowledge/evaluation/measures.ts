/** How well a list of documents answers a question, or the mean of that over questions. Each 0 to 1, higher is better. */
export type Measures = {
  /** Discounted gain of the first ten beside that of the best ten there could be: right documents count less the later they come. */
  ndcg: number;
  /** The share of the right documents among the first ten. */
  recall: number;
  /** One over the place of the first right document among the first ten, else 0. */
  reciprocalRank: number;
  /** 1 when the first document is right, and when one of the first three is. */
  hit1: number;
  hit3: number;
};

/** Documents that are looked at of a list. */
export const measuredDepth = 10;

/** Measures the documents found for a question, best first and each once. Pure.
 *  @param gains  what each right document is worth, over 0; at least one */
export function measureRanking(found: readonly string[], gains: ReadonlyMap<string, number>): Measures {
  const got = found.slice(0, measuredDepth).map((document) => gains.get(document) ?? 0);
  const best = [...gains.values()].toSorted((a, b) => b - a).slice(0, measuredDepth);
  const first = got.findIndex((gain) => gain > 0);
  return {
    ndcg: discounted(got) / discounted(best),
    recall: got.filter((gain) => gain > 0).length / gains.size,
    reciprocalRank: first === -1 ? 0 : 1 / (first + 1),
    hit1: first === 0 ? 1 : 0,
    hit3: first !== -1 && first < 3 ? 1 : 0,
  };
}

/** Their mean, every question weighing the same; undefined of none. Pure. */
export function meanOf(all: readonly Measures[]): Measures | undefined {
  if (all.length === 0) return undefined;
  const mean = (of: (each: Measures) => number) => all.reduce((sum, each) => sum + of(each), 0) / all.length;
  return {
    ndcg: mean((each) => each.ndcg),
    recall: mean((each) => each.recall),
    reciprocalRank: mean((each) => each.reciprocalRank),
    hit1: mean((each) => each.hit1),
    hit3: mean((each) => each.hit3),
  };
}

/** The documents of passages that are in the order of their score: a document scores as its best passage. Pure. */
export function documentsOf(passages: readonly { document_id: string }[]): string[] {
  return [...new Set(passages.map((passage) => passage.document_id))];
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}
