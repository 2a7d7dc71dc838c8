import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { languages } from './language.ts';
import { questionTerms, termOf, wordsOf } from './terms.ts';
import { Vocabulary } from './vocabulary.ts';
import { WordScan, WordScans } from './word-scan.ts';

type Passage = { heading: string; text: string };

/** BM25 as its authors wrote it, over all passages of an array: what the scan must give. */
function plainBm25(passages: ReadonlyMap<number, Passage>, question: readonly string[]): Map<number, number> {
  const counted = [...passages].map(([id, { heading, text }]) => {
    const [above, below] = [heading, text].map((part) => wordsOf(part).map((word) => termOf(word, 'english')));
    const count = (term: string) =>
      2 * (above ?? []).filter((each) => each === term).length + (below ?? []).filter((each) => each === term).length;
    return { id, count, length: (above ?? []).length + (below ?? []).length };
  });
  const average = counted.reduce((sum, { length }) => sum + length, 0) / counted.length;
  return new Map(
    counted.map(({ id, count, length }) => {
      const score = question.reduce((sum, term) => {
        const holding = counted.filter((other) => other.count(term) > 0).length;
        const rarity = Math.log(1 + (counted.length - holding + 0.5) / (holding + 0.5));
        return sum + (rarity * count(term) * 2.2) / (count(term) + 1.2 * (0.25 + (0.75 * length) / average));
      }, 0);
      return [id, score];
    }),
  );
}

const words = fc.array(fc.constantFrom('pump', 'pumps', 'valve', 'opens', 'the', 'bar', 'hand'), { maxLength: 12 });
const passage = fc.record({ heading: words.map((each) => each.join(' ')), text: words.map((each) => each.join(' ')) });

const textOf = (id: number) => ({ heading: '', text: `pump ${id % 7 === 0 ? 'valve' : 'hand'} number ${id}` });

/** A question's terms with how often each is said. */
function weighed(terms: readonly number[]): Map<number, number> {
  const weights = new Map<number, number>();
  for (const term of terms) weights.set(term, (weights.get(term) ?? 0) + 1);
  return weights;
}

const searchWords = (scans: WordScan[], terms: number[], topK: number, isAllowed?: (id: number) => boolean) =>
  new WordScans(scans).search(weighed(terms), topK, isAllowed);

describe('the search by words', () => {
  test('several scans give the scores of plain BM25 over all of them', () => {
    fc.assert(
      fc.property(
        fc.array(passage, { minLength: 1, maxLength: 25 }),
        words,
        fc.integer({ min: 1, max: 9 }),
        (given, asked, k) => {
          const vocabulary = new Vocabulary();
          const scans = [new WordScan(), new WordScan(), new WordScan()];
          for (const [id, each] of given.entries()) scans[id % 3]?.add(id, vocabulary.count(each, 'english'));
          const question = questionTerms(asked.join(' '));
          const numbers = question.flatMap((term) => vocabulary.find(term) ?? []);
          const expected = plainBm25(new Map(given.entries()), question);
          const hits = searchWords(scans, numbers, k);
          const best = [...expected.values()].filter((score) => score > 0).toSorted((a, b) => b - a);
          expect(hits).toHaveLength(Math.min(k, best.length));
          for (const [rank, { id, score }] of hits.entries()) {
            expect(score).toBeCloseTo(expected.get(id) ?? NaN, 4);
            expect(score).toBeCloseTo(best[rank] ?? NaN, 4);
          }
          expect(searchWords(scans, numbers, k, (id) => id % 2 === 0).every(({ id }) => id % 2 === 0)).toBe(true);
        },
      ),
    );
  });
  test('what is deleted is found no more, before and after its rows are taken out', () => {
    const vocabulary = new Vocabulary();
    const scan = new WordScan();
    const fresh = new WordScan();
    for (let id = 0; id < 6000; id++) scan.add(id, vocabulary.count(textOf(id), 'english'));
    const valve = questionTerms('valve').flatMap((term) => vocabulary.find(term) ?? []);
    for (let id = 0; id < 3000; id++) {
      scan.delete(id);
      if (id % 500 === 0) expect(searchWords([scan], valve, 10_000).every((hit) => hit.id > id)).toBe(true);
    }
    for (let id = 3000; id < 6000; id++) fresh.add(id, vocabulary.count(textOf(id), 'english'));
    expect(scan.size).toBe(3000);
    expect(scan.length).toBe(fresh.length);
    const found = searchWords([scan], valve, 10_000);
    expect(found.map(({ id }) => id)).toEqual(searchWords([fresh], valve, 10_000).map(({ id }) => id));
    expect(found).toHaveLength(429);
    scan.add(1, vocabulary.count({ heading: 'valve', text: '' }, 'english'));
    expect(searchWords([scan], valve, 1)[0]?.id).toBe(1);
    expect(() => scan.add(1, vocabulary.count(textOf(1), 'english'))).toThrow('there already');
  });
  test.each(languages)('a text counted as %s is found by its own words', (language) => {
    const vocabulary = new Vocabulary();
    const scan = new WordScan();
    scan.add(
      7,
      vocabulary.count({ heading: '', text: 'Die Bibliotheken öffnen um acht: running libraries' }, language),
    );
    const find = (question: string) =>
      searchWords(
        [scan],
        questionTerms(question).flatMap((term) => vocabulary.find(term) ?? []),
        5,
      ).length;
    expect(find('bibliotheken')).toBe(1);
    expect(find('offnen')).toBe(1);
    expect(find('libraries')).toBe(1);
    expect(find('library')).toBe(language === 'english' ? 1 : 0);
  });
  test('nothing in it, nothing found', () => {
    expect(searchWords([], [1], 5)).toEqual([]);
    expect(searchWords([new WordScan()], [1], 5)).toEqual([]);
  });
});
