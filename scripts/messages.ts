import { fileURLToPath } from 'node:url';
import { catalogueAt, placesOf, problemsOf, readCatalogue, translations } from './support/catalogues.ts';
import { earlyMessages } from './support/early-messages.ts';
import { findMessages } from './support/messages.ts';
import { serverMessages } from './support/server-messages.ts';

/** `node scripts/messages.ts`: whether all that web/ says is a message, and each message stands in every catalogue with the same places.
 *  With a folder, what it says that is no message yet; with `--json`, its messages. */
const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const { files, messages, problems } = findMessages(root);
const [folder, form] = process.argv.slice(2);

if (form === '--json') {
  const keys = messages.filter(({ place }) => place.startsWith(folder ?? '')).map(({ key }) => [key, '']);
  console.log(JSON.stringify(Object.fromEntries(keys), null, 2));
} else {
  const broken = messages.flatMap(({ text, isRich, place }) => {
    try {
      placesOf(text, isRich);
      return [];
    } catch (error) {
      return [`${place}: ${error instanceof Error ? error.message : String(error)}: ${text}`];
    }
  });
  const fromServer = serverMessages(root);
  const found = [...problems, ...earlyMessages(root), ...fromServer.problems, ...broken].filter((each) =>
    each.startsWith(folder ?? ''),
  );
  if (folder === undefined)
    for (const language of translations)
      found.push(
        ...problemsOf(language, readCatalogue(catalogueAt(root, language)), [...messages, ...fromServer.messages]),
      );
  for (const each of found) console.error(each);
  console.log(
    `${files} files, ${messages.length} messages, ${translations.length} catalogues: ${found.length} problems`,
  );
  process.exitCode = found.length === 0 && messages.length > 0 ? 0 : 1;
}
