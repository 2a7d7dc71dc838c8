import { accessMatrix, columns } from '../test/scenarios/access-matrix.ts';
import { keepPage } from './support/generated-page.ts';

/** Writes docs/access-matrix.md from the reviewed table in test/scenarios/access-matrix.ts; with `--check` it fails when the page is stale. */

const routes = Object.entries(accessMatrix);
const count = routes.length * columns.length;
keepPage('access-matrix.md', render(), { count, of: 'cells', script: 'access-docs.ts' });

function render(): string {
  const rows = routes.map(([key, cells]) => {
    const [verb = '', path = ''] = key.split(' ');
    return `| ${verb.toUpperCase()} | \`${path}\` | ${columns.map(({ who }) => cells[who]).join(' | ')} |`;
  });
  return `<!-- Made by scripts/access-docs.ts from test/scenarios/access-matrix.ts. Change it there. -->
# Who is answered what

Every route of the API with what each kind of person is answered, on an object of the owner's that nobody else was given. 401
is "sign in", 403 "your role does not allow this", 404 "not there, or not yours". STREAM is the same address asked with
\`Accept: text/event-stream\`.

The table is written and reviewed by hand. \`test/scenarios/access.test.ts\` asks a real server each cell, and fails when a
route is not in the table.

| | address | ${columns.map(({ title }) => title).join(' | ')} |
|---|---|${columns.map(() => '---|').join('')}
${rows.join('\n')}
`;
}
