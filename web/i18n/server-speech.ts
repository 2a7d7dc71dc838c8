import { serverNames } from './server-names.ts';
import { serverSentences, spokenPlaces } from './server-sentences.ts';

/** A text of the server in which the values are known. */
export type Heard = {
  /** As it stands in the catalogues. */
  sentence: string;
  values: Readonly<Record<string, string | number>>;
  /** Those of the values that are themselves texts of the server. */
  spoken: readonly string[];
};

/** Finds what a text may be of what the server says, the likeliest first. */
export type Hear = (text: string) => Iterable<Heard>;

/** The server's English, as far as the app has it in other languages. Taken along only by who reads another one. */
export const serverSpeech: Readonly<Record<'sentences' | 'names', Hear>> = {
  sentences: hearing(serverSentences),
  names: hearing(serverNames),
};

type Place = { name: string; isNumber: boolean };
type Form = { form: RegExp; places: Place[] };

function hearing(sentences: readonly string[]): Hear {
  let forms: ({ sentence: string } & Form)[] | undefined;
  return function* (text) {
    forms ??= sentences.map((sentence) => ({ sentence, ...formOf(sentence) }));
    for (const { sentence, form, places } of forms) {
      const found = form.exec(text)?.slice(1);
      if (found) yield { sentence, ...valuesOf(places, found) };
    }
  };
}

/** What a text looks like that says this sentence. Pure.
 *  @param value  what stands for a value; else what the server can write there */
export function formOf(sentence: string, value?: string): Form {
  const places: Place[] = [];
  const parts = sentence.split(/\{(\w+(?:, number)?)\}/);
  const source = parts.map((part, i) => {
    if (i % 2 === 0) return escaped(part);
    const [name = '', kind] = part.split(', ');
    places.push({ name, isNumber: kind === 'number' });
    if (value !== undefined) return escaped(value);
    return kind === 'number' ? String.raw`(\d[\d,]*(?:\.\d+)?)` : '(.+?)';
  });
  return { form: new RegExp(`^${source.join('')}$`, 's'), places };
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function valuesOf(places: readonly Place[], found: readonly string[]): Pick<Heard, 'values' | 'spoken'> {
  const values = places.map(({ name, isNumber }, i) => {
    const text = found[i] ?? '';
    return [name, isNumber ? Number(text.replaceAll(',', '')) : text] as const;
  });
  const spoken = places.map(({ name }) => name).filter((name) => spokenPlaces.includes(name));
  return { values: Object.fromEntries(values), spoken };
}
