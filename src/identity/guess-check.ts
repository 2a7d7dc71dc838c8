/** What makes a password easy to guess: a name its owner is known by, or common passwords, keys in a row, dates, repetition. */
export type Weakness = 'name' | 'common';

/** Says why a password is easy to guess, or nothing when it is not. */
export type GuessCheck = (password: string, names: readonly string[]) => Promise<Weakness | undefined>;

/** A password that is found among this many guesses is refused. An online attack has a try a minute (see login-throttle.ts) and would
 *  take centuries; one on a stolen hash takes two years of a core at scrypt's 0.3 s. Higher, it would refuse what people take for good. */
const minGuessesLog10 = 8.3;
/** Looked at, of longer passwords: what is strong so far stays strong, and the estimate grows with the square of the length. */
const maxLength = 64;
/** Readings of one password with digits and signs for letters: bounded, so that a hostile one takes no longer than an honest one. */
const maxLetterSwaps = 16;
/** Known everywhere the product is. */
const productNames = ['perdure', 'librarian'];

/** A check against 49,000 common passwords and what crackers make of them (zxcvbn). The lists are loaded at the first check. */
export function createGuessCheck(): GuessCheck {
  let estimator: ReturnType<typeof loadEstimator> | undefined;
  return async (password, names) => {
    estimator ??= loadEstimator();
    const { guessesLog10, sequence } = (await estimator).check(password.normalize('NFKC'), wordsOf(names));
    if (guessesLog10 >= minGuessesLog10) return undefined;
    return sequence.some((match) => isName(match)) ? 'name' : 'common';
  };
}

/** 20 MB and 0.3 s, for what most processes never need. */
async function loadEstimator() {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength, l33tMaxSubstitutions: maxLetterSwaps });
}

/** Names as they are, in their parts and without their marks: `alice.smith@example.org` is also alice.smith, alicesmith, alice and smith. */
function wordsOf(names: readonly string[]): string[] {
  const whole = [...productNames, ...names].map((name) => name.normalize('NFKC').toLowerCase());
  const local = whole.map((name) => name.split('@')[0] ?? '');
  const parts = local.flatMap((name) => [name, name.replaceAll(separators, ''), ...name.split(separators)]);
  const plain = [...whole, ...parts].map((word) => word.normalize('NFD').replaceAll(/\p{M}/gu, ''));
  return [...new Set([...whole, ...parts, ...plain])].filter((word) => word.length > 2);
}

const separators = /[^\p{L}\p{N}]+/gu;

function isName(match: object): boolean {
  return 'dictionaryName' in match && match.dictionaryName === 'userInputs';
}
