import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

/** Writes every .wasm file of src/ from the .wat file beside it; with `--check` it fails when one is stale. */

const names = ['retrieval/score-rows'];

const { parseWat } = await wabt();
for (const name of names) {
  const source = fileURLToPath(new URL(`../src/${name}.wat`, import.meta.url));
  const target = source.replace(/wat$/, 'wasm');
  const binary = Buffer.from(parseWat(source, readFileSync(source, 'utf8'), { simd: true }).toBinary({}).buffer);
  if (!process.argv.includes('--check')) writeFileSync(target, binary);
  else if (!readFileSync(target).equals(binary)) fail(`src/${name}.wasm is stale: run node scripts/build-wasm.ts`);
}
process.stdout.write(`${names.length} modules\n`);

function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
