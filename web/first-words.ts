import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync, Visitor } from 'vite';
import { constantOf, nameOf, saysMessage, writtenIn } from './i18n/message-calls.ts';

/** What is drawn without waiting for all words. */
export type FirstWords = {
  /** Of messages, as they stand in the catalogues. */
  keys: Set<string>;
  /** Paths of the files that say them. */
  files: Set<string>;
  /** Those of the files that are loaded by themselves. */
  begun: Set<string>;
};

/** What these files say, all that they import, and all that these load later without waiting for the words: so nothing is drawn before its words are there, however it
 *  is loaded. Whatever comes by `lazyPage` or `withAllWords` is left out.
 *  @param beginnings  paths of the files that everything begins with, and of those that stand in for a package's */
export function firstWords(beginnings: readonly string[]): FirstWords {
  const words: FirstWords = { keys: new Set(), files: new Set(beginnings), begun: new Set(beginnings) };
  for (const path of words.files) {
    const { keys, imports, loads } = wordsOf(path);
    for (const key of keys) words.keys.add(key);
    for (const each of [...imports, ...loads]) words.files.add(each);
    for (const each of loads) words.begun.add(each);
  }
  return words;
}

function wordsOf(path: string): Record<'keys' | 'imports' | 'loads', string[]> {
  const { program, module, errors } = parseSync(path, readFileSync(path, 'utf8'));
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const ours = (specifiers: readonly (string | undefined)[]) =>
    specifiers.flatMap((name) => (name && /^\..*\.tsx?$/.test(name) ? [join(dirname(path), name)] : []));
  const imported = module.staticImports
    .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
    .map(({ moduleRequest }) => moduleRequest.value);
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.filter(({ isType }) => !isType).map(({ moduleRequest }) => moduleRequest?.value),
  );

  const keys: string[] = [];
  const loaded: (string | undefined)[] = [];
  let waiting = 0;
  new Visitor({
    CallExpression({ callee, arguments: values }) {
      if (waits(callee)) waiting++;
      const written = saysMessage(callee) ? writtenIn(values) : undefined;
      if (written) keys.push(written.key);
    },
    'CallExpression:exit'({ callee }) {
      if (waits(callee)) waiting--;
    },
    ImportExpression({ source }) {
      if (waiting === 0) loaded.push(constantOf(source));
    },
  }).visit(program);
  return { keys, imports: ours([...imported, ...passedOn]), loads: ours(loaded) };
}

/** Whether what is called loads nothing before all words are there. */
const waits = (callee: unknown) => /^(?:lazyPage|withAllWords)$/.test(nameOf(callee));
