import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Writes a page of docs/ that is made from something else; with `--check` the process fails when the page is stale or was made of nothing.
 *  @param made  how much it was made of, for the line that is printed */
export function keepPage(name: string, text: string, made: { count: number; of: string; script: string }): void {
  const path = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  if (made.count === 0) fail(`docs/${name} would be made of no ${made.of}.`);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (read(path) !== text) fail(`docs/${name} is stale: run node scripts/${made.script}`);
  process.stdout.write(`${made.count} ${made.of} in docs/${name}\n`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
