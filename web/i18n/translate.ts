import { IntlMessageFormat } from 'intl-messageformat';
import { createElement, Fragment, type ReactNode } from 'react';

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
let isRightToLeft = false;
/** Undefined: as the machine that runs this. */
let locale: string | undefined;
const formats = new Map<string, IntlMessageFormat>();

/** Before anything is drawn: nothing that was said before is said again. */
export function speak(texts: Catalogue, tag: string, direction: 'ltr' | 'rtl' = 'ltr'): void {
  catalogue = texts;
  locale = tag;
  isRightToLeft = direction === 'rtl';
  formats.clear();
}

/** The BCP 47 tag for `Intl`. */
export const currentLocale = (): string | undefined => locale;

/** A text in the reader's language.
 *  @param message  in English, in the ICU MessageFormat, written out where it is said
 *  @param context  where one English text is two in other languages: which of them */
export function t(message: string, values?: Values, context?: string): string {
  const text = textOf(message, context);
  if (values === undefined && !/[{']/.test(text)) return text;
  const parts = formatOf(text, true).format<Isolated>(values && isolated(values));
  return [parts]
    .flat()
    .map((part) => (part instanceof Isolated ? `${isolate}${part.text}${end}` : part))
    .join('');
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

/** A text that the server wrote, where the catalogue knows it; else as it came. */
export const said = (text: string): string => known(text) ?? text;

const textOf = (message: string, context?: string): string =>
  known(context === undefined ? message : `${message} [${context}]`) ?? message;

/** Titles that people gave are looked up too, `__proto__` among them. */
const known = (key: string): string | undefined => (Object.hasOwn(catalogue, key) ? catalogue[key] : undefined);

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
