import type { Code, Construct, Effects, Extension, State, TokenizeContext, TokenType } from 'micromark-util-types';

/** Characters between the delimiters; what is longer is text. It bounds how far a dollar is looked behind. */
const mostCharacters = 2000;

const dollar = 36;
const backslash = 92;

/** Formulae between single dollars and between `\(` and `\)` or, on lines of their own, `\[` and `\]`. A dollar that may be money is text: it
 *  opens a formula only before, and closes one only behind, what is no blank, and never beside a letter or digit on its outer side. */
export const formulaSyntax: Extension = {
  text: {
    36: { name: 'dollarFormula', tokenize: tokenizeDollars, previous: (code) => code !== dollar } satisfies Construct,
    92: { name: 'backslashFormula', tokenize: tokenizeBackslashes } satisfies Construct,
  },
};

// The tokens of remark-math, which makes the node of them.
const formula = 'mathText' as string as TokenType;
const delimiter = 'mathTextSequence' as string as TokenType;
const content = 'mathTextData' as string as TokenType;

function tokenizeDollars(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const before = this.previous;
  const reader = contentReader(effects, nok);
  return open;

  function open(code: Code) {
    if (isWordCharacter(before)) return nok(code);
    effects.enter(formula);
    effects.enter(delimiter);
    effects.consume(code);
    effects.exit(delimiter);
    return first;
  }
  function first(code: Code): State | undefined {
    return code === dollar || isBlank(code) ? nok(code) : reader.read(code, next);
  }
  function next(code: Code): State | undefined {
    if (code !== dollar) return reader.read(code, next);
    reader.end();
    if (isBlank(reader.last()) || isPrice(reader.text())) return nok(code);
    effects.enter(delimiter);
    effects.consume(code);
    return closed;
  }
  function closed(code: Code) {
    if (code === dollar || isWordCharacter(code)) return nok(code);
    effects.exit(delimiter);
    effects.exit(formula);
    return ok(code);
  }
}

function tokenizeBackslashes(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const before = this.previous;
  const reader = contentReader(effects, nok);
  let closing: Code = null;
  return open;

  function open(code: Code) {
    effects.enter(formula);
    effects.enter(delimiter);
    effects.consume(code);
    return opened;
  }
  function opened(code: Code) {
    const isOnItsOwn = code === 91 && (before === null || before < 0);
    if (code !== 40 && !isOnItsOwn) return nok(code);
    closing = code === 40 ? 41 : 93;
    effects.consume(code);
    effects.exit(delimiter);
    return next;
  }
  function next(code: Code): State | undefined {
    if (code !== backslash) return reader.read(code, next);
    reader.end();
    effects.enter(delimiter);
    effects.consume(code);
    return close;
  }
  function close(code: Code): State | undefined {
    if (code !== closing) {
      // A command: its backslash was content after all.
      effects.exit(delimiter).type = content;
      return code === null || code < 0 ? reader.read(code, next) : reader.take(code, next);
    }
    if (reader.text().trim() === '') return nok(code);
    effects.consume(code);
    effects.exit(delimiter);
    return closed;
  }
  function closed(code: Code) {
    if (closing === 93 && code !== null && !isBlank(code)) return nok(code);
    effects.exit(formula);
    return ok(code);
  }
}

/** Reads what stands between two delimiters, lines and all. */
function contentReader(effects: Effects, nok: State) {
  const read: number[] = [];
  let isInside = false;
  const end = () => {
    if (isInside) effects.exit(content);
    isInside = false;
  };
  const take = (code: NonNullable<Code>, then: State): State => {
    if (!isInside) effects.enter(content);
    isInside = true;
    effects.consume(code);
    read.push(code);
    return then;
  };
  return {
    end,
    take,
    read(code: Code, then: State): State | undefined {
      if (code === null || read.length >= mostCharacters) {
        end();
        return nok(code);
      }
      if (code >= 0 || code === -1 || code === -2) return take(code, code === backslash ? escaped(then) : then);
      end();
      effects.enter('lineEnding');
      effects.consume(code);
      effects.exit('lineEnding');
      read.push(32);
      return then;
    },
    last: () => read.at(-1) ?? null,
    text: () => String.fromCharCode(...read.map((code) => Math.max(code, 32))),
  };

  /** Whatever stands behind a backslash ends nothing. */
  function escaped(then: State): State {
    return (code) => (code === null || code < 0 ? then(code) : take(code, then));
  }
}

const isBlank = (code: Code): boolean => code === null || code < 0 || code === 32;
const isWordCharacter = (code: Code): boolean =>
  code !== null && code > 32 && /[\p{L}\p{N}]/u.test(String.fromCharCode(code));

/** "5 a month or 10": begins with a number and goes on in plain words. */
const isPrice = (text: string): boolean =>
  /^\d/.test(text) && !text.includes('\\') && /\s\p{L}{2,}(?:\s|$)/u.test(text);
