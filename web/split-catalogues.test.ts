import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { afterAll, expect, it } from 'vitest';
import { firstWords } from './first-words.ts';
import { parted, splitCatalogues } from './split-catalogues.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-words-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `@` begins a path in the folder: these are no imports of this file. */
const files: Record<string, string> = {
  'main.tsx': "import '@early.ts'; await import('@app.tsx'); const a = import('@catalogues/de.json?first');",
  'early.ts': "export const early = () => t('Early');",
  'app.tsx': `import type { Kind } from '@types-alone.ts';
    import { menu } from '@menu.tsx';
    export { passed } from '@passed-on.ts';
    export const pages = [entryPage(() => import('@sign-in.tsx'), 'A'), lazyPage(() => import('@corpus.tsx'), 'B')];
    const load = () => withAllWords(async () => (await import('@dialog.tsx')).Dialog);`,
  'menu.tsx': "export const menu = <b>{t('Open', {}, 'a menu')}{rich(`<b>Bold</b>`, { b })}</b>;",
  'passed-on.ts': "export const passed = t('Passed ' + 'on');",
  'types-alone.ts': "export const kind = t('Kind');",
  'sign-in.tsx': "const Drawn = lazy(() => import('@drawn.tsx')); export const title = t('Sign in');",
  'drawn.tsx': "export const drawn = t('Drawn');",
  'corpus.tsx': "import '@menu.tsx'; const part = import('@part.tsx'); export const title = t('Corpus');",
  'part.tsx': "export const part = t('Part');",
  'dialog.tsx': "export const Dialog = () => t('Share');",
};
for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code.replaceAll("'@", "'./"));
const main = join(folder, 'main.tsx');

it('takes for the first words what is said without waiting for the others, through whatever is imported or loaded', () => {
  const { keys, begun } = firstWords([main]);
  expect([...keys].toSorted()).toEqual(
    ['Early', 'Open [a menu]', '<b>Bold</b>', 'Passed on', 'Sign in', 'Drawn'].toSorted(),
  );
  expect([...begun].toSorted()).toEqual(
    ['main.tsx', 'app.tsx', 'sign-in.tsx', 'drawn.tsx'].map((name) => join(folder, name)).toSorted(),
  );
});

it('leaves each text in one of the two parts, and what the server says in the first', () => {
  const texts = { Drawn: 'Gezeichnet', Share: 'Teilen', 'That is not your password.': 'Das ist nicht Ihr Passwort.' };
  const { first, rest } = parted(texts, new Set(['Drawn']));
  expect(Object.keys(first)).toEqual(['Drawn', 'That is not your password.']);
  expect(rest).toEqual({ Share: 'Teilen' });
});

it('refuses a build in which a file comes with one that waits for no words, and its own are not among the first', () => {
  const corpus = '/app/web/knowledge/corpus.tsx';
  const bundle = (shared: string[]) => ({
    'main.js': chunk('main.js', [main, join(folder, 'early.ts')]),
    'app.js': chunk('app.js', [join(folder, 'app.tsx')], ['shared.js']),
    'sign-in.js': chunk('sign-in.js', [join(folder, 'sign-in.tsx'), join(folder, 'drawn.tsx')]),
    'shared.js': chunk('shared.js', [join(folder, 'menu.tsx'), ...shared]),
    'corpus.js': chunk('corpus.js', [corpus]),
  });
  const { generateBundle } = splitCatalogues([main]) as Plugin & {
    generateBundle(options: object, bundle: object): void;
  };
  expect(() => generateBundle({}, bundle([]))).not.toThrow();
  expect(() => generateBundle({}, bundle([corpus]))).toThrow(corpus);
});

const chunk = (fileName: string, moduleIds: string[], imports: string[] = []) =>
  ({ type: 'chunk', fileName, moduleIds, imports, code: '' }) as unknown as Rolldown.OutputChunk;
