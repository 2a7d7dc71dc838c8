import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { scriptsOf } from './first-scripts.ts';
import { type FirstWords, firstWords } from './first-words.ts';
import { serverNames } from './i18n/server-names.ts';
import { serverSentences } from './i18n/server-sentences.ts';
import { serverTexts } from './i18n/server-texts.ts';

type Texts = Record<string, string>;

/** Divides the catalogue of each language: `de.json?first` is what is drawn at once, and what the server says, which any page can show; `de.json?rest` the others.
 *  Refuses a build in which a file comes with the first scripts whose words do not.
 *  @param beginnings  paths of the files that everything begins with, and of those that stand in for a package's */
export function splitCatalogues(beginnings: readonly string[]): Plugin {
  let words: FirstWords | undefined;
  return {
    name: 'split-catalogues',
    enforce: 'pre',
    buildStart() {
      words = undefined;
    },
    load(id) {
      const [, path, part] = /^(.*\/catalogues\/\w+\.json)\?(first|rest)$/.exec(id) ?? [];
      if (path === undefined) return undefined;
      words ??= firstWords(beginnings);
      this.addWatchFile(path);
      const texts = JSON.parse(readFileSync(path, 'utf8')) as Texts;
      const { first, rest } = parted(texts, words.keys);
      // Read faster than an object that is written out.
      const text = JSON.stringify(JSON.stringify(part === 'first' ? first : rest));
      return { code: `export default JSON.parse(${text})`, moduleType: 'js' };
    },
    generateBundle(_options, bundle) {
      const { files, begun } = words ?? firstWords(beginnings);
      const early = [...begun].flatMap((path) => scriptsOf(bundle, path)).flatMap(({ moduleIds }) => moduleIds);
      const wordless = new Set(early.filter((id) => isOurs(id) && !files.has(id)));
      if (wordless.size > 0) throw new Error(`These are loaded before their words:\n${[...wordless].join('\n')}`);
    },
  };
}

const isOurs = (id: string) => /^\/.*\/web\/(?!.*\/node_modules\/).*\.tsx?$/.test(id);

const fromServer = new Set([...serverTexts, ...serverSentences, ...serverNames]);

/** Each text in one of the two. Pure.
 *  @param keys  of what is drawn at once */
export function parted(texts: Readonly<Texts>, keys: ReadonlySet<string>): Record<'first' | 'rest', Texts> {
  const isFirst = ([key]: [string, string]) => keys.has(key) || fromServer.has(key);
  const all = Object.entries(texts);
  return {
    first: Object.fromEntries(all.filter(isFirst)),
    rest: Object.fromEntries(all.filter((each) => !isFirst(each))),
  };
}
