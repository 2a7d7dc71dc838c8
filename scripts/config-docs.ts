import { documentedSettings } from '../src/config.ts';
import { keepPage } from './support/generated-page.ts';

/** Writes docs/configuration.md from the settings in src/config.ts; with `--check` it fails when the page is stale. */

const count = documentedSettings.length;
keepPage('configuration.md', render(), { count, of: 'settings', script: 'config-docs.ts' });

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
