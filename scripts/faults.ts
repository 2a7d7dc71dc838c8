import { parseArgs } from 'node:util';
import { hasHeld } from '../test/faults/attack.ts';
import { attacks } from '../test/faults/attacks.ts';
import { type Row, renderTable } from '../test/faults/table.ts';

/** `npm run faults [-- NAME … [--rounds N] [--seed N]]`: makes attacks on real servers, whole, and prints what they found as a table.
 *  The exit code is 1 when one broke something, or could not be made on this machine. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, seed: { type: 'string' } },
});
const wanted = positionals.length === 0 ? attacks : attacks.filter(({ name }) => positionals.includes(name));
const names = attacks.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
const numbers = [values.rounds, values.seed].filter((text) => text !== undefined);
if (unknown.length > 0 || !numbers.every((text) => /^[1-9]\d{0,8}$/.test(text))) {
  process.stderr.write(`npm run faults [-- NAME … [--rounds N] [--seed N]]. The names are: ${names.join(', ')}.\n`);
  process.exit(2);
}

const rows: Row[] = [];
let omitted = 0;
for (const { name, id, title, rounds, run, obstacle } of wanted) {
  const reason = obstacle?.();
  if (reason !== undefined) {
    process.stderr.write(`${id} ${name}: not made, ${reason}\n`);
    omitted += 1;
    continue;
  }
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const times = Number(values.rounds ?? rounds.whole);
  process.stderr.write(`${id} ${name}: ${title}; ${times} rounds, seed ${seed}\n`);
  const startedMs = performance.now();
  const tally = await run({ rounds: times, seed, say: (line) => process.stderr.write(`  ${line}\n`) });
  process.stderr.write(`  ${Math.round((performance.now() - startedMs) / 1000)} s\n`);
  rows.push({ name, id, seed, tally });
}
process.stdout.write(`${renderTable(rows)}\n`);
if (omitted > 0) process.stdout.write(`${omitted} not made\n`);
process.exit(omitted === 0 && rows.every(({ tally }) => hasHeld(tally)) ? 0 : 1);
