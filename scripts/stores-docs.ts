import { cannotShow } from '../src/store/conformance/backends.ts';
import { storeDifferences } from '../src/store/conformance/store-differences.ts';
import { keepPage } from './support/generated-page.ts';

/** Writes docs/stores.md from the tables of the store's suite; with `--check` it fails when the page is stale. */

keepPage('stores.md', render(), { count: storeDifferences.length, of: 'differences', script: 'stores-docs.ts' });

function render(): string {
  const rows = storeDifferences.map((each) => `| ${each.what} | ${each.sqlite} | ${each.postgres} | ${each.why} |`);
  const left = Object.entries(cannotShow).flatMap(([backend, inabilities]) =>
    inabilities.flatMap(({ reason, rows: titles }) => titles.map((title) => `| ${backend} | ${title} | ${reason} |`)),
  );
  return `<!-- Made by scripts/stores-docs.ts from src/store/conformance/store-differences.ts and backends.ts. Change it there. -->
# What differs between the stores

Commands, queries and migrations are written once and run in SQLite and in PostgreSQL alike; every row of
\`src/store/conformance\` is run on both. This is all that differs, and why. A test fails when a file of one store has no
counterpart in the other and is not behind a line of this table.

| | SQLite | PostgreSQL | why |
|---|---|---|---|
${rows.join('\n')}

## What the suite cannot show

The suite also runs over PGlite, a PostgreSQL in the test's own memory, with pgvector. What is left out there, and nowhere else:

| on | row | why |
|---|---|---|
${left.join('\n')}
`;
}
