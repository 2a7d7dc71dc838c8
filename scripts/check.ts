import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything that must hold of the text of the project, in order: name, duration and summary of each. Every check says how much it
 *  looked at, and one that looked at less than `atLeast` fails: a check that sees nothing is green for ever. */

const root = fileURLToPath(new URL('..', import.meta.url));

type Check = {
  name: string;
  command: string;
  args: readonly string[];
  /** The first group is how much was looked at. */
  seen: RegExp;
  what: string;
  atLeast: number;
};

const folders = ['src', 'web', 'test', 'bench', 'scripts'];
const checks: readonly Check[] = [
  {
    name: 'format',
    command: 'biome',
    args: ['format', '--colors=off', '--max-diagnostics=20', '.'],
    seen: /Checked (\d+) files?/,
    what: 'files',
    atLeast: 200,
  },
  {
    name: 'lint',
    command: 'oxlint',
    args: ['--type-aware', '--deny-warnings', ...folders],
    seen: / on (\d+) files?/,
    what: 'files',
    atLeast: 200,
  },
  {
    name: 'types: server',
    command: 'tsc',
    args: ['-p', 'tsconfig.json', '--diagnostics'],
    seen: /^Files:\s+(\d+)/m,
    what: 'files with their libraries',
    atLeast: 500,
  },
  {
    name: 'types: web',
    command: 'tsc',
    args: ['-p', 'web/tsconfig.json', '--diagnostics'],
    seen: /^Files:\s+(\d+)/m,
    what: 'files with their libraries',
    atLeast: 200,
  },
  {
    name: 'unused code and dependencies',
    command: 'knip',
    args: ['--treat-config-hints-as-errors', '--performance'],
    seen: /^parseFile\s+(\d+)/m,
    what: 'files',
    atLeast: 200,
  },
  {
    name: 'configuration page',
    command: 'node',
    args: ['scripts/config-docs.ts', '--check'],
    seen: /^(\d+) settings/m,
    what: 'settings',
    atLeast: 10,
  },
  {
    name: 'access page',
    command: 'node',
    args: ['scripts/access-docs.ts', '--check'],
    seen: /^(\d+) cells/m,
    what: 'cells',
    atLeast: 300,
  },
  {
    name: 'page of the stores',
    command: 'node',
    args: ['scripts/stores-docs.ts', '--check'],
    seen: /^(\d+) differences/m,
    what: 'differences',
    atLeast: 5,
  },
  {
    name: 'compiled modules',
    command: 'node',
    args: ['scripts/build-wasm.ts', '--check'],
    seen: /^(\d+) modules/m,
    what: 'modules',
    atLeast: 1,
  },
  {
    name: 'messages and their translations',
    command: 'node',
    args: ['scripts/messages.ts'],
    seen: /files, (\d+) messages/,
    what: 'messages',
    atLeast: 2_000,
  },
  {
    name: 'architecture',
    command: 'vitest',
    args: ['run', 'test/architecture.test.ts', '--reporter=verbose'],
    seen: /architecture: saw (\d+) files/,
    what: 'files',
    atLeast: 100,
  },
];

const failed = checks.filter((check) => !passes(check));
const verdict = failed.length === 0 ? 'all passed' : `failed: ${failed.map(({ name }) => name).join(', ')}`;
process.stdout.write(`check: ${checks.length} checks, ${verdict}\n`);
process.exit(failed.length === 0 ? 0 : 1);

function passes({ name, command, args, seen, what, atLeast }: Check): boolean {
  const startedMs = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, NO_COLOR: '1', PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) },
  });
  const output = `${stdout ?? ''}${stderr ?? ''}`;
  const count = Number(seen.exec(output)?.[1] ?? 0);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const isEnough = count >= atLeast;
  const passed = status === 0 && isEnough;
  if (!passed) process.stdout.write(`${output.trimEnd()}\n${error ? `${error.message}\n` : ''}`);
  const shortfall = isEnough ? '' : `, fewer than the ${atLeast} there must be`;
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${name}: ${seconds} s, ${count} ${what}${shortfall}\n`);
  return passed;
}
