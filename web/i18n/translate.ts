import { IntlMessageFormat } from 'intl-messageformat';
import { createElement, Fragment, type ReactNode } from 'react';
import type { Hear, serverSpeech } from './server-speech.ts';

/** Texts of one language, by the English message, with its context in brackets where it has one. */
export type Catalogue = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | number>>;
type Parts = Readonly<Record<string, ReactNode | ((inner: ReactNode) => ReactNode)>>;

/** A text that is put into a message which reads in the other direction, and keeps its own. */
class Isolated {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** A message may choose by it. */
  toString(): string {
    return this.text;
  }
}
const isolate = '\u2068';
const end = '\u2069';

let catalogue: Catalogue = {};
let speech: typeof serverSpeech | undefined;
let isRightToLeft = false;
/** Undefined: as the machine that runs this. */
let locale: string | undefined;
const formats = new Map<string, IntlMessageFormat>();

/** Before anything is drawn: nothing that was said before is said again.
 *  @param server  the server's English, for every other language */
export function speak(
  texts: Catalogue,
  tag: string,
  direction: 'ltr' | 'rtl' = 'ltr',
  server?: typeof serverSpeech,
): void {
  catalogue = texts;
  speech = server;
  locale = tag;
  isRightToLeft = direction === 'rtl';
  formats.clear();
}

/** More texts of the language that is spoken: before anything that says them is loaded. */
export function speakMore(texts: Catalogue): void {
  catalogue = { ...catalogue, ...texts };
}

/** The BCP 47 tag for `Intl`. */
export const currentLocale = (): string | undefined => locale;

/** A text in the reader's language.
 *  @param message  in English, in the ICU MessageFormat, written out where it is said
 *  @param context  where one English text is two in other languages: which of them */
export function t(message: string, values?: Values, context?: string): string {
  const text = textOf(message, context);
  if (values === undefined && !/[{']/.test(text)) return text;
  return formatted(text, values && isolated(values));
}

/** The same with elements in it: `<b>…</b>` is what the function `b` makes of what stands between, and `{name}` may be an element. */
export function rich(message: string, values: Parts, context?: string): ReactNode {
  const parts = formatOf(textOf(message, context), false).format<ReactNode | Isolated>(
    Object.fromEntries(
      Object.entries(isolated(values)).map(([name, value]) => [
        name,
        typeof value === 'function' ? (inner: (ReactNode | Isolated)[]) => value(together(inner)) : value,
      ]),
    ),
  );
  return typeof parts === 'string' ? parts : together([parts].flat());
}

/** A text without the marks that keep a direction: for what becomes a name or a message, which takes none. */
export const unmarked = (text: string): string => text.replaceAll(isolate, '').replaceAll(end, '');

/** A sentence that the server wrote, with values in it or without, where the catalogue knows it; else as it came. */
export const said = (text: string): string => known(text) ?? heard(text, speech?.sentences) ?? text;

/** A name or a description: one that the server gave by itself in the reader's language, one that a person wrote as it is. */
export const named = (text: string): string => heard(text, speech?.names) ?? text;

function heard(text: string, hear: Hear | undefined): string | undefined {
  for (const { sentence, values, spoken } of hear?.(text) ?? []) {
    const translated = known(sentence);
    const inner = spoken.map((name) => [name, knownOrHeard(String(values[name]))] as const);
    if (translated === undefined || inner.some(([, each]) => each === undefined)) continue;
    return formatted(translated, { ...isolated(values), ...Object.fromEntries(inner) });
  }
  return undefined;
}

const knownOrHeard = (text: string): string | undefined => known(text) ?? heard(text, speech?.sentences);

const textOf = (message: string, context?: string): string =>
  known(context === undefined ? message : `${message} [${context}]`) ?? message;

/** Titles that people gave are looked up too, `__proto__` among them. */
const known = (key: string): string | undefined => (Object.hasOwn(catalogue, key) ? catalogue[key] : undefined);

function formatted(
  text: string,
  values: Readonly<Record<string, string | number | Isolated | undefined>> | undefined,
): string {
  return [formatOf(text, true).format<string | number | Isolated | undefined>(values)]
    .flat()
    .map((part) => (part instanceof Isolated ? `${isolate}${part.text}${end}` : part))
    .join('');
}

const together = (parts: readonly (ReactNode | Isolated)[]): ReactNode =>
  createElement(
    Fragment,
    null,
    ...parts.map((part) => (part instanceof Isolated ? createElement('bdi', null, part.text) : part)),
  );

function isolated<Value>(values: Readonly<Record<string, Value>>): Record<string, Value | Isolated> {
  if (!isRightToLeft) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? new Isolated(value) : value]),
  );
}

function formatOf(text: string, isPlain: boolean): IntlMessageFormat {
  const key = isPlain ? text : `<${text}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new IntlMessageFormat(text, locale ?? navigator.language, undefined, { ignoreTag: isPlain });
  formats.set(key, made);
  return made;
}
