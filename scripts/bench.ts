import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs the benchmarks one after the other; each prints JSON lines. `npm run bench -- NAME … [--option value]` runs some, with options. */

/** Benchmarks that say nothing without an option: left out, and said so, when none is named. */
const needsOption: Readonly<Record<string, string>> = {
  retrieval: '--collection DIR',
  search: '--collection DIR',
  extractive: '--collection DIR --other DIR',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const names = globSync('bench/*.ts', { cwd: root })
  .map((path) => basename(path, '.ts'))
  .toSorted();
const given = process.argv.slice(2);
const firstOption = given.findIndex((each) => each.startsWith('--'));
const wanted = firstOption === -1 ? given : given.slice(0, firstOption);
const options = firstOption === -1 ? [] : given.slice(firstOption);
const unknown = wanted.filter((name) => !names.includes(name));

if (names.length === 0 || unknown.length > 0) {
  process.stderr.write(`No such benchmark: ${unknown.join(', ')}. There are: ${names.join(', ')}.\n`);
  process.exit(2);
}

const failed = (wanted.length > 0 ? wanted : names).filter((name) => {
  if (wanted.length === 0 && needsOption[name] !== undefined) {
    process.stderr.write(`bench/${name}.ts left out: npm run bench -- ${name} ${needsOption[name]}\n`);
    return false;
  }
  process.stderr.write(`bench/${name}.ts\n`);
  const { status } = spawnSync(process.execPath, [join(root, 'bench', `${name}.ts`), ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  return status !== 0;
});
if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`);
process.exit(failed.length === 0 ? 0 : 1);
