import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { documentedSettings } from '../src/config.ts';

/** Writes docs/configuration.md from the settings in src/config.ts; with `--check` it fails when the page is stale. */

const page = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const text = render();

if (documentedSettings.length === 0) fail('src/config.ts documents no setting.');
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (read() !== text) fail('docs/configuration.md is stale: run node scripts/config-docs.ts');
process.stdout.write(`${documentedSettings.length} settings in docs/configuration.md\n`);

function render(): string {
  const rows = documentedSettings.map(({ name, default: fallback, meaning }) => {
    const value = fallback === '' ? 'empty' : fallback === 'unset' ? 'unset' : `\`${fallback}\``;
    return `| \`${name}\` | ${value} | ${meaning.replaceAll('|', '\\|')} |`;
  });
  return `<!-- Made by scripts/config-docs.ts from src/config.ts. Change it there. -->
# Configuration

Perdure is set by environment variables. All but \`PERDURE_DATA_DIR\` may also stand in a file \`.env\` in the data
directory; the environment wins. An unknown name that begins with \`PERDURE_\`, a malformed value or a contradiction
stops the start with one line that names it.

| name | default | meaning |
|---|---|---|
${rows.join('\n')}
`;
}

function read(): string {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return '';
  }
}

function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
