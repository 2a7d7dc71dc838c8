import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, literalsOf, readSources, type SourceFile } from './architecture/read-sources.ts';

/** The rules of ARCHITECTURE.md, checked on the text of every file of src/ and web/. Each message names file, import and rule. */

const files = readSources();
const known = new Set(files.map((file) => file.path));
/** What ships: tests and what only tests use may reach everywhere. */
const product = files.filter((file) => !isTest(file.path));
const server = product.filter((file) => file.path.startsWith('src/'));

test('every file of src and web was read, and imports were found in them', () => {
  const imports = files.reduce((sum, file) => sum + file.imports.length, 0);
  console.info(`architecture: saw ${files.length} files (${product.length} of the product) with ${imports} imports`);
  expect(files.length).toBeGreaterThan(100);
  expect(server.length).toBeGreaterThan(60);
  expect(imports).toBeGreaterThan(400);
  const broken = ours(files).flatMap(({ file, target, specifier }) =>
    known.has(target) || !/\.tsx?$/.test(target) ? [] : [`${file.path} imports ${specifier}: there is no such file`],
  );
  expect(broken).toEqual([]);
});

test('a file imports from lower levels only, and not across folders of its own level', () => {
  const violations = ours(server).flatMap(({ file, target, specifier, isTypeOnly }) => {
    const rule = ladderRule(file.path, target, isTypeOnly);
    return rule === undefined ? [] : [`${file.path} imports ${specifier}: ${rule}`];
  });
  expect(violations).toEqual([]);
});

test('the product imports nothing that only tests use', () => {
  const violations = ours(product).flatMap(({ file, target, specifier }) =>
    isTest(target) ? [`${file.path} imports ${specifier}: tests, testing/ and conformance/ are for tests only`] : [],
  );
  expect(violations).toEqual([]);
});

test('web imports the contract alone', () => {
  const violations = ours(product.filter((file) => file.path.startsWith('web/'))).flatMap(
    ({ file, target, specifier }) =>
      target.startsWith('web/') || target.startsWith('src/contract/')
        ? []
        : [`${file.path} imports ${specifier}: web imports src/contract alone`],
  );
  expect(violations).toEqual([]);
});

test('each outside library has one importer folder', () => {
  const violations = libraries(product).flatMap(({ file, name }) => {
    if (file.path.startsWith('web/')) {
      return webLibraries.some((each) => name === each || name.startsWith(`${each}/`))
        ? []
        : [`${file.path} imports ${name}: not among the libraries of web`];
    }
    const owners = libraryOwners[name];
    if (owners === undefined) return [`${file.path} imports ${name}: the library has no owner in this test`];
    return owners.some((owner) => file.path.startsWith(owner))
      ? []
      : [`${file.path} imports ${name}: only ${owners.join(', ')} may`];
  });
  expect(violations).toEqual([]);
  const used = new Set(libraries(product).map(({ name }) => name));
  expect(Object.keys(libraryOwners).filter((name) => !used.has(name))).toEqual([]);
});

test('SQL stays in store', () => {
  const statement =
    /\b(?:select\s[\s\S]{1,200}?\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(?:table|index))\s/i;
  const violations = server
    .filter((file) => !file.path.startsWith('src/store/'))
    .filter((file) => statement.test(literalsOf(file.text)))
    .map((file) => `${file.path}: SQL stands in src/store/ only`);
  expect(violations).toEqual([]);
});

test('the process is touched only at the edge', () => {
  const edge = /^src\/(?:config|main)\.ts$|^src\/cli\/|\.(?:worker|child)\.ts$/;
  const violations = server
    .filter((file) => !edge.test(file.path))
    .flatMap((file) => {
      const allowed = file.path === 'src/clock.ts' ? ['hrtime'] : [];
      return [...file.code.matchAll(/\bprocess\.(\w+)/g)]
        .filter((match) => !allowed.includes(match[1] ?? ''))
        .map((match) => `${file.path} uses ${match[0]}: only config.ts, main.ts, cli/, *.worker.ts and *.child.ts may`);
    });
  expect(violations).toEqual([]);
});

test('time and randomness come from clock.ts and ids.ts', () => {
  const sources = /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\s*\)|\brandomUUID\b|\brandomBytes\(/g;
  const owners = new Set(['src/clock.ts', 'src/ids.ts', 'src/log.ts']);
  const violations = server
    .filter((file) => !owners.has(file.path))
    .flatMap((file) => {
      const own = /function randomBytes\(/.test(file.code) ? ['randomBytes('] : [];
      return [...file.code.matchAll(sources)]
        .filter((match) => !own.includes(match[0]))
        .map((match) => `${file.path} uses ${match[0]}: time comes from clock.ts, randomness from ids.ts`);
    });
  expect(violations).toEqual([]);
});

test('the rules refuse what they are there to refuse', () => {
  expect(ladderRule('src/sessions/a.ts', 'src/turns/b.ts', false)).toContain('higher level');
  expect(ladderRule('src/sessions/a.ts', 'src/knowledge/b.ts', true)).toContain('same level');
  expect(ladderRule('src/turns/a.ts', 'src/store/sqlite/b.ts', false)).toContain('implementation');
  expect(ladderRule('src/turns/a.ts', 'src/store/commands/b.ts', false)).toContain('types');
  expect(ladderRule('src/turns/a.ts', 'src/store/commands/b.ts', true)).toBeUndefined();
  expect(ladderRule('src/http/a.ts', 'src/config.ts', false)).toContain('types');
  expect(ladderRule('src/store/commands/a.ts', 'src/sessions/b.ts', true)).toContain('implementations');
  expect(ladderRule('src/compose.ts', 'src/store/sqlite/b.ts', false)).toBeUndefined();
  const found =
    importsOf(`import type { A } from './a.ts'; import { type B } from './b.ts'; import c, { type D } from './c.ts';
    export * from './d.ts'; const e = await import('./e.ts'); new URL('./f.worker.ts', import.meta.url); // import './g.ts'`);
  expect(found.map(({ specifier, isTypeOnly }) => `${specifier} ${isTypeOnly}`).toSorted()).toEqual([
    './a.ts true',
    './b.ts true',
    './c.ts false',
    './d.ts false',
    './e.ts false',
    './f.worker.ts false',
  ]);
});

/** Who may import a library, by the beginning of the path. */
const libraryOwners: Readonly<Record<string, readonly string[]>> = {
  '@e965/xlsx': ['src/knowledge/'],
  '@google/adk': ['src/agents/'],
  '@hono/node-server': ['src/http/'],
  '@huggingface/tokenizers': ['src/models/'],
  '@mozilla/readability': ['src/knowledge/'],
  '@zxcvbn-ts/core': ['src/identity/'],
  '@zxcvbn-ts/language-common': ['src/identity/'],
  aws4fetch: ['src/store/s3/'],
  chardet: ['src/knowledge/'],
  dotenv: ['src/config.ts'],
  'eventsource-parser': ['src/models/'],
  fflate: ['src/personal-data/'],
  'file-type': ['src/knowledge/'],
  hono: ['src/http/', 'src/app.ts'],
  kysely: ['src/store/'],
  linkedom: ['src/knowledge/'],
  mammoth: ['src/knowledge/'],
  'node:sqlite': ['src/store/'],
  nodemailer: ['src/mail/'],
  'onnxruntime-node': ['src/models/'],
  'openid-client': ['src/identity/'],
  otplib: ['src/identity/'],
  papaparse: ['src/knowledge/'],
  pg: ['src/store/postgres/'],
  pino: ['src/log.ts'],
  'postal-mime': ['src/knowledge/'],
  'prom-client': ['src/http/'],
  stemmer: ['src/retrieval/'],
  unpdf: ['src/knowledge/'],
  // The language of every door: wire, database JSON, model output, settings.
  zod: ['src/'],
  'zod-openapi': ['src/http/'],
};

const webLibraries = [
  '@tailwindcss/vite',
  '@tanstack/react-query',
  '@tanstack/react-router',
  '@tanstack/react-virtual',
  '@vitejs/plugin-react',
  'chart.js',
  'clsx',
  'diff',
  'eventsource-parser',
  'intl-messageformat',
  // Types alone, of what react-markdown gives and takes.
  'hast',
  'katex',
  'lowlight',
  'lucide-react',
  'mdast',
  'mermaid',
  'micromark-util-types',
  'pdfjs-dist',
  'radix-ui',
  'react',
  'react-dom',
  'react-markdown',
  'rehype-sanitize',
  'remark-gfm',
  'remark-math',
  'tailwindcss',
  'tinykeys',
  'uqr',
  'vite',
  'workbox-core',
  'workbox-expiration',
  'workbox-routing',
  'workbox-strategies',
  'zod',
];

const featureLevels: Readonly<Record<string, number>> = {
  contract: 0,
  retrieval: 1,
  http: 2,
  mail: 2,
  events: 3,
  access: 4,
  identity: 5,
  knowledge: 6,
  sessions: 6,
  agents: 7,
  turns: 8,
  admin: 9,
  'personal-data': 9,
  cli: 11,
};
const fileLevels: Readonly<Record<string, number>> = {
  'errors.ts': 1,
  'ids.ts': 1,
  'allowed-hosts.ts': 1,
  'client-address.ts': 0,
  'files-address.ts': 1,
  'clock.ts': 1,
  'log.ts': 1,
  'boot-id.ts': 1,
  'config.ts': 1,
  'sealing.ts': 1,
  'share-result.ts': 1,
  'secret-key.ts': 3,
  'app.ts': 10,
  'compose.ts': 11,
  'main.ts': 11,
};
/** Level 2 of the two I/O ports: what features see of them. */
const ports = new Set([
  'src/store/store.ts',
  'src/store/presence.ts',
  'src/store/file-store.ts',
  'src/store/json.ts',
  'src/store/audit-chain.ts',
  'src/models/model.ts',
  'src/models/embedder.ts',
  'src/models/endpoints.ts',
  'src/models/reranker.ts',
]);
/** Record and argument types of the port's methods stand beside the methods. */
const portTypes = /^src\/store\/(?:commands|queries)\//;
const implementation = /^src\/(?:store|models)\//;
const routes = /(?:^|\/|-)routes\.ts$/;
/** The second composition root: it opens a store for a foreign ADK program. */
const compositionRoots = new Set(['src/compose.ts', 'src/main.ts', 'src/agents/adk-session-service.ts']);
const compositionFolder = /^src\/compose\//;

/** The rule an import breaks, in words; undefined when it breaks none. Pure. */
function ladderRule(from: string, to: string, isTypeOnly: boolean): string | undefined {
  if (folderOf(from) === folderOf(to) && !routes.test(to)) return undefined;
  if (compositionRoots.has(from) || compositionFolder.test(from)) return undefined;
  const [fromLevel, toLevel] = [levelOf(from), levelOf(to)];
  if (fromLevel === undefined) return 'this file has no level in this test';
  if (toLevel === undefined) return 'the imported file has no level in this test';
  if (to === 'src/config.ts' && !isTypeOnly)
    return 'only its types may be imported: settings are handed down by compose';
  if (implementation.test(from) && !ports.has(from)) {
    const fitting = toLevel <= 2 && (!implementation.test(to) || ports.has(to));
    return fitting ? undefined : 'implementations under store/ and models/ import levels 0 to 2 alone';
  }
  if (implementation.test(to) && !ports.has(to)) {
    if (portTypes.test(to)) return isTypeOnly ? undefined : 'of commands and queries features import types alone';
    return 'an implementation is imported by compose and tests alone';
  }
  if (toLevel > fromLevel) return `level ${fromLevel} imports the higher level ${toLevel}`;
  if (toLevel === fromLevel && toLevel !== 1) return `across folders of the same level ${toLevel}`;
  return undefined;
}

/** `src/` and the first folder below it; a file right in src is a folder of its own. */
function folderOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function levelOf(path: string): number | undefined {
  const [, name = ''] = path.split('/');
  if (path.split('/').length === 2) return fileLevels[name];
  if (implementation.test(path)) return 2;
  return routes.test(path) ? 10 : featureLevels[name];
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$|\/(?:testing|conformance)\//.test(path);
}

/** Imports between our own files, with the path of the imported one. */
function ours(among: readonly SourceFile[]) {
  return among.flatMap((file) =>
    file.imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map((each) => ({ ...each, file, target: normalize(join(dirname(file.path), each.specifier)) })),
  );
}

/** Imports of outside packages, and of node:sqlite, by the package's name. */
function libraries(among: readonly SourceFile[]) {
  return among.flatMap((file) =>
    file.imports
      .filter(({ specifier }) => !specifier.startsWith('.'))
      .map(({ specifier }) => specifier.replace(/\?.*$/, ''))
      .filter((specifier) => !specifier.startsWith('node:') || specifier === 'node:sqlite')
      .map((specifier) => ({
        file,
        name: specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      })),
  );
}
