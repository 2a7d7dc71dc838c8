import { z } from 'zod';
import { type FoundPassage, foundPassage } from '../contract/documents.ts';
import { type AdkEventJson, responsesOf } from './adk-events.ts';

/** A passage a tool returned, as stored in its result: everything a citation needs, and the number the model cites it by. */
export type NumberedPassage = FoundPassage & { n: number };

const numberedPassage = z.object({ ...foundPassage.shape, n: z.number().int().min(1) });
const anyPassages = z.object({ passages: z.array(z.unknown()) });
const anyNumber = z.object({ n: z.number().int().min(1) });

/** The passages the model has seen, each under one number for as long as the model sees it.
 *  It begins with what the stored tool results say, so after a crash every passage has the number it had. Passages of
 *  earlier turns that are still in the model's view keep theirs, and a passage found anew takes the next free one: a
 *  number the model reads never means two things. */
export class PassageNumbers {
  readonly #byNumber = new Map<number, NumberedPassage>();
  readonly #byPassage = new Map<string, NumberedPassage[]>();
  #last = 0;

  constructor(history: AdkEventJson[]) {
    for (const output of history.flatMap(responsesOf)) {
      const { data } = anyPassages.safeParse(output.output);
      for (const stored of data?.passages ?? []) {
        this.#last = Math.max(this.#last, anyNumber.safeParse(stored).data?.n ?? 0);
        const passage = numberedPassage.safeParse(stored);
        if (passage.success) this.#keep(passage.data);
      }
    }
  }

  /** The passage under its number: the one it has, also as a part of what was found around it, or the next. */
  add(passage: FoundPassage): NumberedPassage {
    const known = this.find(passage);
    if (known) return known;
    const numbered = { ...passage, n: this.#last + 1 };
    this.#last = numbered.n;
    this.#keep(numbered);
    return numbered;
  }

  get(n: number): NumberedPassage | undefined {
    return this.#byNumber.get(n);
  }

  /** What holds the passage whole. */
  find(passage: PassageKey): NumberedPassage | undefined {
    const known = this.#byPassage.get(keyOf(passage)) ?? [];
    return known.find(({ start, end }) => start <= passage.start && passage.end <= end);
  }

  #keep(passage: NumberedPassage): void {
    this.#byNumber.set(passage.n, passage);
    this.#byPassage.set(keyOf(passage), [...(this.#byPassage.get(keyOf(passage)) ?? []), passage]);
  }
}

type PassageKey = Pick<FoundPassage, 'document_version' | 'passage_id' | 'start' | 'end'>;

function keyOf(passage: Pick<PassageKey, 'document_version' | 'passage_id'>): string {
  return `${passage.document_version} ${passage.passage_id}`;
}
