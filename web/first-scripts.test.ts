import type { Rolldown } from 'vite';
import { expect, it } from 'vitest';
import { earlyModules, firstScripts } from './first-scripts.ts';

const beginnings = { worker: '/web/worker.ts', main: '/web/main.ts', later: ['/web/schemas.ts', '/web/app.ts'] };
const react = '/node_modules/react.js';
const zod = '/node_modules/zod.js';
const menus = '/node_modules/menus.js';

/** What each module imports. */
const imports: Record<string, readonly string[]> = {
  '/web/worker.ts': ['/web/kept.ts'],
  '/web/main.ts': ['/web/language.ts'],
  '/web/language.ts': [react],
  '/web/schemas.ts': [zod],
  '/web/app.ts': ['/web/words.ts', '/web/kept.ts', menus],
  '/web/words.ts': ['/web/language.ts', react],
  [menus]: ['/web/stands-in.ts', react],
  '/web/page.ts': ['/web/words.ts'],
};
const modules = {
  getModuleInfo: (id: string) => ({ id, importedIds: [...(imports[id] ?? [])] }) as unknown as Rolldown.ModuleInfo,
} as Rolldown.ChunkingContext;

it('puts each file that the app needs into the first script that needs it, and no other file into any', () => {
  const name = firstScripts(beginnings);
  const scripts = [...new Set([...Object.keys(imports), ...Object.values(imports).flat()])].map((id) => [
    id,
    name(id, modules),
  ]);
  expect(Object.fromEntries(scripts)).toEqual({
    '/web/worker.ts': null,
    '/web/kept.ts': null,
    '/web/main.ts': null,
    '/web/language.ts': 'language',
    [react]: 'language',
    [menus]: 'packages',
    // A package imports it.
    '/web/stands-in.ts': 'packages',
    '/web/schemas.ts': null,
    [zod]: 'packages',
    '/web/app.ts': null,
    '/web/words.ts': 'shell',
    '/web/page.ts': null,
  });
});

it('finds what runs before the language is known without need, through any number of scripts', () => {
  const begun = chunk('main.js', ['/web/main.ts'], ['first.js']);
  const first = chunk('first.js', ['/web/language.ts', react], ['second.js']);
  const bundle = (second: string[]) => ({
    'main.js': begun,
    'first.js': first,
    'second.js': chunk('second.js', ['\0runtime.js', '/web/styles.css', ...second], []),
    'app.js': chunk('app.js', ['/web/app.ts', '/web/words.ts'], ['first.js']),
  });
  expect(earlyModules(bundle([]), '/web/main.ts', modules)).toEqual([]);
  expect(earlyModules(bundle([menus, '/web/words.ts']), '/web/main.ts', modules)).toEqual([menus, '/web/words.ts']);
});

it('takes nothing for proof where the script that begins is not found', () => {
  expect(() => earlyModules({}, '/web/main.ts', modules)).toThrow('/web/main.ts');
});

const chunk = (fileName: string, moduleIds: string[], imported: string[]) =>
  ({ type: 'chunk', fileName, moduleIds, imports: imported, code: '' }) as unknown as Rolldown.OutputChunk;
