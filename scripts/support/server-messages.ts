import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverTexts } from '../../web/i18n/server-texts.ts';
import type { Message } from './messages.ts';

/** The server's texts that the app translates; each stands in src/ as it is listed. */
export function serverMessages(root: string): { messages: Message[]; problems: string[] } {
  const server = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  const place = 'web/i18n/server-texts.ts';
  const isSaid = (text: string) => server.includes(text) || server.includes(text.replaceAll("'", String.raw`\'`));
  return {
    messages: serverTexts.map((text) => ({ key: text, text, isRich: false, place })),
    problems: serverTexts.filter((text) => !isSaid(text)).map((text) => `${place}: the server does not say: ${text}`),
  };
}
