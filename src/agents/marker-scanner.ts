/** A code span or a marker longer than this is taken for ordinary text, so that nothing waits for its end forever. */
const maxCodeSpan = 300;
const maxMarker = 40;

const fenceLine = /[ \t>]*(`{3,}|~{3,})/y;
const maybeFence = /[ \t>]*[`~]*$/y;
/** Most of what a model streams: nothing in it begins anything, and no blank at its end may stand before a marker. */
const plain = /^[^\\`[\n]*[^\\`[\n\t ]$/;
const blankLine = /\n[ \t]*\n/;
const marker = /\[(\d{1,3}(?:[ \t]{0,2}[,;][ \t]{0,2}\d{1,3})*)\]/y;
const maybeMarker = /\[[\d,; \t]*$/y;

/** How much of the rest is certain, what to pass on for it (by default the same), and what of it to look at again. */
type Step = { length: number; text?: string; putBack?: string };

/** Rewrites the markers of streamed Markdown and leaves all else as it is. A marker is `[1]` or `[1, 2]`, not escaped, not
 *  in code, not the words of a link (`[1](…)`) nor the name of a link's address (`[1]: …` at the start of a line); it is passed on as one `[n]` a number, and with no number left it goes, and the blanks
 *  before it where they would stand before punctuation or other blanks. What a piece leaves open waits for the next piece, so how the text was cut makes no difference. */
export class MarkerScanner {
  readonly #resolve: (n: number) => number | undefined;
  #rest = '';
  #atLineStart = true;
  /** The run that opened the code block the text is in. */
  #fence: string | undefined;

  /** @param resolve  the number to pass on for a number read; undefined drops it. Called in the order of the text */
  constructor(resolve: (n: number) => number | undefined) {
    this.#resolve = resolve;
  }

  /** @returns the text that is certain now */
  push(piece: string): string {
    if (this.#rest === '' && !this.#atLineStart && this.#fence === undefined && plain.test(piece)) return piece;
    this.#rest += piece;
    return this.#take(false);
  }

  /** @returns what still waited, when no more text comes */
  end(): string {
    return this.#take(true);
  }

  #take(isEnd: boolean): string {
    let out = '';
    for (;;) {
      const step = this.#rest === '' ? undefined : this.#step(isEnd);
      if (!step) return out;
      const taken = this.#rest.slice(0, step.length);
      this.#rest = (step.putBack ?? '') + this.#rest.slice(step.length);
      out += step.text ?? taken;
      this.#atLineStart = taken.endsWith('\n');
    }
  }

  /** Undefined when more text is needed to tell. */
  #step(isEnd: boolean): Step | undefined {
    const rest = this.#rest;
    if (this.#atLineStart) {
      const line = /[^\n]*\n?/.exec(rest)?.[0] ?? '';
      const fence = matchAt(fenceLine, line, 0)?.[1];
      if (!isEnd && !line.endsWith('\n') && (fence !== undefined || matchAt(maybeFence, line, 0))) return undefined;
      if (fence !== undefined && this.#toggleFence(fence, line)) return { length: line.length };
    }
    if (this.#fence !== undefined) return { length: lengthUpTo(rest, /\n/) };
    switch (rest[0]) {
      case '\\':
        return rest.length > 1 || isEnd ? { length: Math.min(2, rest.length) } : undefined;
      case '`':
        return this.#codeSpan(isEnd);
      case '[':
      case ' ':
      case '\t':
        return this.#marker(isEnd);
      case '\n':
        return { length: 1 };
      default:
        return { length: lengthBefore(rest, /[\\`[ \t\n]/) };
    }
  }

  /** @returns false when the line only looks like a fence: one that opens with backticks holds no other backtick */
  #toggleFence(fence: string, line: string): boolean {
    const after = line.slice(line.indexOf(fence) + fence.length);
    if (this.#fence === undefined) {
      if (fence.startsWith('`') && after.includes('`')) return false;
      this.#fence = fence;
    } else if (fence.startsWith(this.#fence) && after.trim() === '') {
      this.#fence = undefined;
    }
    return true;
  }

  #codeSpan(isEnd: boolean): { length: number } | undefined {
    const run = /^`+/.exec(this.#rest)?.[0] ?? '';
    const isCertain = isEnd || this.#rest.length > maxCodeSpan;
    if (run.length === this.#rest.length && !isCertain) return undefined;
    const window = this.#rest.slice(0, maxCodeSpan);
    const paragraphEnd = window.search(blankLine);
    const inside = paragraphEnd < 0 ? window : window.slice(0, paragraphEnd);
    for (const { 0: found, index } of inside.slice(run.length).matchAll(/`+/g)) {
      const end = run.length + index + found.length;
      if (end === this.#rest.length && !isCertain) return undefined;
      if (found.length === run.length) return { length: end };
    }
    return paragraphEnd >= 0 || isCertain ? { length: run.length } : undefined;
  }

  #marker(isEnd: boolean): Step | undefined {
    const rest = this.#rest;
    const blanks = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
    if (blanks === rest.length) return isEnd ? { length: blanks } : undefined;
    if (rest[blanks] !== '[') return { length: blanks };
    const found = matchAt(marker, rest, blanks);
    if (!found || found[0].length > maxMarker) {
      const mayGrow = rest.length - blanks <= maxMarker && matchAt(maybeMarker, rest, blanks);
      return mayGrow && !isEnd ? undefined : { length: blanks + 1 };
    }
    const length = blanks + found[0].length;
    if (length === rest.length && !isEnd) return undefined;
    if (rest[length] === '(' || (rest[length] === ':' && this.#atLineStart)) return { length };
    const numbers = (found[1] ?? '').split(/[,;]/).map((each) => this.#resolve(Number(each)));
    const kept = [...new Set(numbers.filter((n) => n !== undefined))];
    const lead = rest.slice(0, blanks);
    if (kept.length > 0) return { length, text: lead + kept.map((n) => `[${n}]`).join('') };
    // The next marker decides about the blanks, when it follows at once.
    if (rest[length] === '[') return { length, text: '', putBack: lead };
    return { length, text: /^(?:[\s.,;:!?)\]]|$)/.test(rest.slice(length, length + 1)) ? '' : lead };
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lengthBefore(text: string, pattern: RegExp): number {
  const found = text.search(pattern);
  return found < 0 ? text.length : Math.max(1, found);
}

function lengthUpTo(text: string, pattern: RegExp): number {
  const found = text.search(pattern);
  return found < 0 ? text.length : found + 1;
}
