/** How messages are found by their words: every word of a question, the last one by its beginning. Letters are compared in small form, without
 *  accents and points, in whatever width they are written. */

/** A word of a question. `run`: writing without blanks (Chinese, Japanese, Thai and others), which is found wherever it stands. */
export type AskedWord = { kind: 'word'; text: string; isBeginning: boolean } | { kind: 'run'; text: string };

/** A term to look up: as a whole, or as what terms begin with. */
export type Lookup = { term: string; isBeginning: boolean };

/** Where a text is marked, in UTF-16 units; `end` is not part of it. `word` is the place of the word that is found there in the question. */
export type Mark = { start: number; end: number; word: number };

const runs = /[\p{L}\p{N}\p{M}]+/gu;
const unspaced = '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}';
const pieces = new RegExp(`[${unspaced}]+|[^${unspaced}]+`, 'gu');
const isUnspaced = new RegExp(`^[${unspaced}]`, 'u');
/** Accents of Latin, Greek and Cyrillic letters, and points of Hebrew and Arabic ones. */
const points = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670]/g;
/** What is folded together: a letter with what is written onto it, or any letter that is not ASCII. No writing puts more than 30 marks onto a letter
 *  (Unicode's stream-safe text), and the time that putting them in order takes grows with the square of their number. */
const clusters =
  /[\s\S](?:\p{M}|[\uff9e\uff9f\u1160-\u11ff]){1,30}|\P{ASCII}(?:\p{M}|[\uff9e\uff9f\u1160-\u11ff]){0,30}/gu;
/** Of a longer run of letters the beginning is kept. */
const maxTermChars = 64;

/** Of a longer message so much is looked at, in UTF-16 units: twice what a question can have. The rows of sixteen turns are written anew for each of their
 *  messages, which everybody's writes wait for. */
const maxMessageChars = 128 * 1024;

/** The terms of a text, each once. Writing without blanks gives its pairs of neighbouring characters, and its last character by itself. Pure. */
export function termsOf(text: string): string[] {
  const terms = new Set<string>();
  for (const { text: piece, isRun } of piecesOf(foldedText(text.slice(0, maxMessageChars)))) {
    if (!isRun) {
      terms.add(piece);
      continue;
    }
    const characters = Array.from(piece);
    for (const [at, character] of characters.entries()) terms.add(character + (characters[at + 1] ?? ''));
  }
  return [...terms];
}

/** The words of a question, each once; none where it has no letter and no digit. Pure. */
export function askedWords(question: string): AskedWord[] {
  const found = [...piecesOf(foldedText(question))];
  const words = found.map(
    ({ text, isRun }, at): AskedWord =>
      isRun ? { kind: 'run', text } : { kind: 'word', text, isBeginning: at === found.length - 1 },
  );
  return [...new Map(words.map((word) => [`${word.kind} ${word.text}`, word])).values()];
}

/** What words are looked up by, each once: the terms that every text that has the words has. Pure. */
export function lookupsOf(words: readonly AskedWord[]): Lookup[] {
  const lookups = words.flatMap((word): Lookup[] => {
    if (word.kind === 'word') return [{ term: word.text, isBeginning: word.isBeginning }];
    const characters = Array.from(word.text);
    if (characters.length === 1) return [{ term: word.text, isBeginning: true }];
    return characters.slice(1).map((each, at) => ({ term: `${characters[at] ?? ''}${each}`, isBeginning: false }));
  });
  return [...new Map(lookups.map((each) => [`${each.isBeginning} ${each.term}`, each])).values()];
}

/** Where the words stand in a text, in order, at most `most` places; undefined where one of them does not. Pure. */
export function marksOf(text: string, words: readonly AskedWord[], most = 500): Mark[] | undefined {
  const { folded, starts, ends } = withPlaces(text.slice(0, maxMessageChars));
  const marks: Mark[] = [];
  const found = new Set<number>();
  const mark = (word: number, from: number, to: number) => {
    if (marks.length < most || !found.has(word)) {
      marks.push({ start: starts?.[from] ?? from, end: ends?.[to - 1] ?? to, word });
    }
    found.add(word);
  };
  for (const { text: piece, isRun, at } of piecesOf(folded)) {
    for (const [index, word] of words.entries()) {
      if (isRun !== (word.kind === 'run')) continue;
      if (word.kind === 'run') {
        for (let from = piece.indexOf(word.text); from >= 0; from = piece.indexOf(word.text, from + word.text.length)) {
          mark(index, at + from, at + from + word.text.length);
        }
      } else if (word.isBeginning ? piece.startsWith(word.text) : piece === word.text) {
        mark(index, at, at + word.text.length);
      }
    }
  }
  return found.size === words.length ? marks.toSorted((a, b) => a.start - b.start || a.end - b.end) : undefined;
}

function* piecesOf(folded: string): Generator<{ text: string; isRun: boolean; at: number }> {
  for (const run of folded.matchAll(runs)) {
    for (const { 0: piece, index } of run[0].matchAll(pieces)) {
      const isRun = isUnspaced.test(piece);
      yield { text: isRun ? piece : cut(piece), isRun, at: run.index + index };
    }
  }
}

/** Not within a character. */
const cut = (word: string) =>
  word.length <= maxTermChars ? word : word.slice(0, maxTermChars).replace(/[\ud800-\udbff]$/, '');

const foldedText = (text: string): string => text.replace(clusters, foldedCluster).toLowerCase();

const foldedCluster = (cluster: string): string =>
  cluster.toLowerCase().normalize('NFKD').replace(points, '').normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');

/** A text folded, and for each unit of it where what it was made from begins and ends; without those where nothing was moved. */
function withPlaces(text: string): { folded: string; starts?: number[]; ends?: number[] } {
  if (!/\P{ASCII}/u.test(text)) return { folded: text.toLowerCase() };
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = '';
  let from = 0;
  const keep = (to: number) => {
    for (let at = from; at < to; at++) {
      starts.push(at);
      ends.push(at + 1);
    }
    folded += text.slice(from, to).toLowerCase();
  };
  for (const { 0: cluster, index } of text.matchAll(clusters)) {
    keep(index);
    const piece = foldedCluster(cluster);
    from = index + cluster.length;
    for (let unit = 0; unit < piece.length; unit++) {
      starts.push(index);
      ends.push(from);
    }
    folded += piece;
  }
  keep(text.length);
  return { folded, starts, ends };
}
