import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { placesOf, problemsOf } from '../scripts/support/catalogues.ts';
import { earlyMessages } from '../scripts/support/early-messages.ts';
import { findMessages, type Message } from '../scripts/support/messages.ts';
import { serverMessages } from '../scripts/support/server-messages.ts';

const message = (text: string, isRich = false): Message => ({ key: text, text, isRich, place: 'web/page.tsx:1' });

/** What the check says of one file of web/. */
function found(code: string) {
  return inRoot('web/page.tsx', code, (root) => {
    const { files, messages, problems } = findMessages(root);
    expect(files).toBe(1);
    return { keys: messages.map(({ key }) => key), problems };
  });
}

/** Which texts of one file of src/ the check finds in no list. */
const foundInServer = (code: string, path = 'src/knowledge/refuse.ts') =>
  inRoot(path, code, (root) =>
    serverMessages(root).problems.flatMap((problem) => problem.split(': not in web/i18n/server-*.ts: ').slice(1)),
  );

function inRoot<T>(path: string, code: string, check: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'perdure-messages-'));
  try {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), code);
    return check(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('messages are found with their context, however their text is put together', () => {
  const code = "const a = [t('Save'), t('Open', {}, 'not closed'), t('One ' + 'two'), rich(`<b>Three</b>`, { b })];";
  expect(found(code)).toEqual({ keys: ['Save', 'Open [not closed]', 'One two', '<b>Three</b>'], problems: [] });
});

test('what is said to a reader without being a message is found', () => {
  for (const code of [
    'const a = <p>Not translated</p>;',
    'const a = <Field label="Name" />;',
    "const a = [{ title: 'Owner' }];",
    "const a = isOpen ? t('Close') : 'Open it';",
    'const a = `Deleted ${name} for good`;',
    'const a = t(words);',
    "const a = t('Open', {}, sense);",
  ]) {
    expect(found(code).problems.length, code).toBeGreaterThan(0);
  }
});

test('names, classes, keys of queries and errors of ours are no messages', () => {
  const code = `import { Button } from 'Some Package';
    const pageKey = ['list of things'];
    const look = 'block max-w-full rounded-md';
    const a = <Button className="Some Class" onKeyDown={(event) => event.key === 'Enter'}>{clsx('Big Red')}</Button>;
    const b = useQuery({ queryKey: ['one more list'] });
    if (!element) throw new Error('There is no element.');`;
  expect(found(code)).toEqual({ keys: [], problems: [] });
});

test('a catalogue says each message, nothing else, and with the same places', () => {
  const messages = [
    message('Save'),
    message('{count, plural, one {# file} other {# files}} of {name}'),
    message('<b>{name}</b>', true),
  ];
  const right = {
    Save: 'Speichern',
    '{count, plural, one {# file} other {# files}} of {name}':
      '{name}: {count, plural, one {# Datei} other {# Dateien}}',
    '<b>{name}</b>': '<b>{name}</b>',
  };
  const problems = (change: Record<string, string | undefined>) => {
    const texts = Object.fromEntries(Object.entries({ ...right, ...change }).filter(([, text]) => text !== undefined));
    return problemsOf('de', texts, messages);
  };
  expect(problems({})).toEqual([]);
  expect(problems({ Save: undefined })).toEqual(['de: not translated: Save (web/page.tsx:1)']);
  expect(problems({ Save: ' ' })).toEqual(['de: empty: Save']);
  expect(problems({ Open: 'Öffnen' })).toEqual(['de: nobody says: Open']);
  expect(problems({ Save: 'Speichern {name}' })).toEqual(['de: other places (name, not ): Save']);
  expect(problems({ '<b>{name}</b>': '{name}' })).toEqual(['de: other places (name, not <b> name): <b>{name}</b>']);
  expect(problems({ Save: '{count, plural, one {' })[0]).toMatch(/^de: .+: Save$/);
  expect(placesOf('{a, select, x {{b}} other {}} <i>', false)).toBe('a b');
});

test('what is said as soon as a file is loaded, before the language is known, is found through what main.tsx imports', () => {
  const root = mkdtempSync(join(tmpdir(), 'perdure-messages-'));
  const write = (name: string, code: string) => writeFileSync(join(root, 'web', name), code);
  try {
    mkdirSync(join(root, 'web'));
    write(
      'main.tsx',
      "import { say } from './language.ts';\nimport type { Role } from './roles.ts';\nawait import('./app.ts');",
    );
    write('language.ts', "import { later } from './later.ts';\nexport const say = () => [t('Save'), later()];");
    write('later.ts', "export function later() { return rich('<b>Later</b>', { b }); }");
    for (const name of ['roles.ts', 'app.ts']) write(name, "export const words = { member: t('Member') };");
    expect(earlyMessages(root)).toEqual([]);
    write(
      'later.ts',
      "import { words } from './roles.ts';\nexport const later = () => words;\nexport const name = t('Later');",
    );
    expect(earlyMessages(root)).toEqual([
      'web/later.ts:3: said before the language is known',
      'web/roles.ts:1: said before the language is known',
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a sentence of the server that a page can show is in the lists of what is translated', () => {
  const quoted = '“${title}” was put away.';
  expect(foundInServer(`throw new AppError('conflict', { detail: \`${quoted}\` });`)).toEqual(['“{…}” was put away.']);
  expect(foundInServer('const a = { message: `The file has ${bytes} bytes.` };')).toEqual(['The file has {…} bytes.']);
  expect(foundInServer("throw new FolderFault('its model is too wide.');")).toEqual(['its model is too wide.']);
  expect(foundInServer("const why = 'Nobody ever heard of this.';")).toEqual(['Nobody ever heard of this.']);
});

test('a sentence of the server is known as a whole: with a place for each value, and nothing put together', () => {
  expect(foundInServer('const a = `“${document.title}” was deleted.`;')).toEqual([]);
  expect(foundInServer('const a = `“${title}” was deleted${isAll ? " with its corpus" : ""}.`;')).toEqual([
    '“{…}” was deleted{…}.',
  ]);
});

test('what is for programs, models and the log is not asked for', () => {
  expect(foundInServer("throw new Error('The worker is gone.');")).toEqual([]);
  expect(foundInServer("const route = { summary: 'Gives what there is.' };")).toEqual([]);
  expect(foundInServer('console.log(`Moved ${n} rows of it.`);', 'src/cli/move.ts')).toEqual([]);
  expect(foundInServer('throw new AppError("bad_request", { detail: "Query: page is not one." });')).toEqual([]);
});

test('an English message that counts has a form for one, unless it says only how many more', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { messages } = findMessages(root);
  expect(messages.length).toBeGreaterThan(1000);
  const formless = messages.filter(({ text }) => /\{\w+, plural, other \{(?!(?:And )?# more)/.test(text));
  expect(formless.map(({ place, text }) => `${place}: ${text}`)).toEqual([]);
});
