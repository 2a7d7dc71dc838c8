import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverNames } from '../../web/i18n/server-names.ts';
import { serverSentences } from '../../web/i18n/server-sentences.ts';
import { formOf } from '../../web/i18n/server-speech.ts';
import { serverTexts } from '../../web/i18n/server-texts.ts';
import type { Message } from './messages.ts';
import { isForReaders, saidBy, serverFiles } from './server-sayings.ts';

/** The server's texts that the app translates: each stands in src/ as it is listed, and each sentence of src/ that can come on a page is
 *  listed. One with values is written as a whole, in one template with a value for each place. */
export function serverMessages(root: string): { messages: Message[]; problems: string[] } {
  const read = serverFiles(root).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const server = read.map(({ text }) => text).join('\n');
  const sayings = read.flatMap(({ path, text }) => saidBy(path, text));
  const listed = new Set([...serverTexts, ...serverNames.filter((name) => !hasPlaces(name))]);
  const sentences = [...serverSentences, ...serverNames.filter(hasPlaces)];
  const forms = sentences.map((sentence) => ({ sentence, form: formOf(sentence, valueInCode).form }));
  const isSaid = (text: string) => server.includes(text) || server.includes(text.replaceAll("'", String.raw`\'`));
  return {
    messages: [...listed, ...sentences].map((text) => ({ key: text, text, isRich: false, place: listOf(text) })),
    problems: [
      ...[...listed].filter((text) => !isSaid(text)).map((text) => `${listOf(text)}: the server does not say: ${text}`),
      ...forms
        .filter(({ form }) => !sayings.some(({ text }) => form.test(text)))
        .map(({ sentence }) => `${listOf(sentence)}: the server does not say: ${sentence}`),
      ...sayings
        .filter((saying) => isForReaders(saying) && !listed.has(saying.text))
        .filter(({ text }) => !forms.some(({ form }) => form.test(text)))
        .map(({ text, place }) => `${place}: not in web/i18n/server-*.ts: ${text.replaceAll(valueInCode, '{…}')}`),
    ],
  };
}

const hasPlaces = (text: string): boolean => text.includes('{');

/** What stands in a saying where the code has an expression. */
const valueInCode = '\uFFFC';

function listOf(text: string): string {
  if (serverSentences.includes(text)) return 'web/i18n/server-sentences.ts';
  return serverNames.includes(text) ? 'web/i18n/server-names.ts' : 'web/i18n/server-texts.ts';
}
