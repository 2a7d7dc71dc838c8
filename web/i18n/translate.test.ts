import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, expect, test } from 'vitest';
import { number } from './numbers.ts';
import { serverSpeech } from './server-speech.ts';
import { named, rich, said, speak, t, unmarked } from './translate.ts';

const messages = (count: number) => t('{count, plural, one {# message} other {# messages}}', { count });

const noneOf = (reason: string) =>
  `No file in this archive could be added. a: b.json: ${reason} 2 more files could not be either.`;

afterEach(() => speak({}, 'en-US'));

test('a message without a translation is said in English, with its numbers and plurals', () => {
  speak({}, 'en-US');
  expect(t('Sign out')).toBe('Sign out');
  expect(t('{count, plural, one {# message} other {# messages}} of {name}', { count: 1, name: 'Ada' })).toBe(
    '1 message of Ada',
  );
  expect(t('{count, plural, one {# message} other {# messages}}', { count: 1204 })).toBe('1,204 messages');
});

test('what is inserted is text and no message: braces, tags and apostrophes stay', () => {
  expect(t('Deleted “{name}”', { name: "{count} <b>it's</b>" })).toBe("Deleted “{count} <b>it's</b>”");
  expect(t('Write <name> here')).toBe('Write <name> here');
});

test('a translation has plurals of its own, and a context tells two senses apart', () => {
  speak(
    {
      '{count, plural, one {# message} other {# messages}}':
        '{count, plural, zero {لا رسائل} one {رسالة واحدة} two {رسالتان} few {# رسائل} many {# رسالة} other {# رسالة}}',
      Open: 'افتح',
      'Open [not closed]': 'مفتوحة',
    },
    'ar-u-nu-latn',
  );
  expect([0, 1, 2, 3, 11, 100].map(messages)).toEqual([
    'لا رسائل',
    'رسالة واحدة',
    'رسالتان',
    '3 رسائل',
    '11 رسالة',
    '100 رسالة',
  ]);
  expect([t('Open'), t('Open', {}, 'not closed')]).toEqual(['افتح', 'مفتوحة']);
  expect([said('Open'), said('Nobody knows this.')]).toEqual(['افتح', 'Nobody knows this.']);
});

test('a title that people gave is no name of what every object has', () => {
  for (const title of ['__proto__', 'constructor', 'toString']) expect(said(title)).toBe(title);
});

test('a sentence of the server is translated with its values, numbers and plurals', () => {
  speak(
    {
      'A document may have at most {limit, number} MiB.': 'Höchstens {limit, number} MiB.',
      '{count, number} files were in this corpus already.':
        '{count, plural, one {# Datei war} other {# Dateien waren}} schon da.',
      '“{name}” was deleted.': '„{name}“ wurde gelöscht.',
    },
    'de-DE',
    'ltr',
    serverSpeech,
  );
  expect(said('A document may have at most 1024 MiB.')).toBe('Höchstens 1.024 MiB.');
  expect(said('12,345 files were in this corpus already.')).toBe('12.345 Dateien waren schon da.');
  expect(said('“{limit} it’s <b>” and more” was deleted.')).toBe('„{limit} it’s <b>” and more“ wurde gelöscht.');
  expect(said('A document may have at most many MiB.')).toBe('A document may have at most many MiB.');
});

test('what a sentence of the server quotes of another one is translated too, and is all in English if it is not known', () => {
  const texts = {
    'No file in this archive could be added. {reason} {count, number} more files could not be either.':
      'Keine Datei. {reason} {count, number} weitere auch nicht.',
    '{where}: {reason}': '{where}: {reason}',
    'It is no JSON.': 'Das ist kein JSON.',
  };
  speak(texts, 'de-DE', 'ltr', serverSpeech);
  expect(said('b.json: It is no JSON.')).toBe('b.json: Das ist kein JSON.');
  expect(said(noneOf('It is no JSON.'))).toBe('Keine Datei. a: b.json: Das ist kein JSON. 2 weitere auch nicht.');
  expect(said(noneOf('Nobody knows this.'))).toBe(noneOf('Nobody knows this.'));
});

test('a value of the server’s sentence keeps its direction, and what is translated of it takes that of the page', () => {
  speak(
    { '{where}: {reason}': '{where}: {reason}', 'It is no JSON.': 'ليس بصيغة JSON.' },
    'ar-u-nu-latn',
    'rtl',
    serverSpeech,
  );
  expect(said('b.json: It is no JSON.')).toBe('\u2068b.json\u2069: ليس بصيغة JSON.');
});

test('names that the server gave are translated, and those of people never', () => {
  speak({ Everyone: 'Alle', Save: 'Speichern', 'Test of {name}': 'Test von {name}' }, 'de-DE', 'ltr', serverSpeech);
  expect(['Everyone', 'Save', 'Test of Nora', 'Nobody answers.'].map(named)).toEqual([
    'Alle',
    'Save',
    'Test von Nora',
    'Nobody answers.',
  ]);
});

test('what is put into a message of the other direction keeps its own, also where the message chooses by it', () => {
  const message = '{kind, select, file {{name}} other {?}} <b>{name}</b>';
  speak({ Hello: 'مرحبا' }, 'ar-u-nu-latn', 'rtl');
  expect(t('مرحبا {name}.', { name: 'Ada' })).toBe('مرحبا \u2068Ada\u2069.');
  expect(unmarked(t('مرحبا {name}.', { name: 'Ada' }))).toBe('مرحبا Ada.');
  expect(t('{count} {kind, select, file {{name}} other {?}}', { count: 2, kind: 'file', name: 'a.md' })).toBe(
    '2 \u2068a.md\u2069',
  );
  expect(t('{name}', { name: 'Ada' })).toBe('\u2068Ada\u2069');
  const drawn = rich(message, { kind: 'file', name: 'a.md', b: (inner) => createElement('b', null, inner) });
  expect(renderToStaticMarkup(drawn)).toBe('<bdi>a.md</bdi> <b><bdi>a.md</bdi></b>');
});

test('elements stand in a sentence wherever the language puts them', () => {
  speak({ 'Ask <b>{name}</b> first': 'Fragen Sie zuerst <b>{name}</b>' }, 'de-DE');
  const drawn = rich('Ask <b>{name}</b> first', { name: '<i>Ada</i>', b: (inner) => createElement('b', null, inner) });
  expect(renderToStaticMarkup(drawn)).toBe('Fragen Sie zuerst <b>&lt;i&gt;Ada&lt;/i&gt;</b>');
  const two = rich('{one} and {two}', { one: createElement('i', null, 1), two: createElement('i', null, 2) });
  expect(renderToStaticMarkup(two)).toBe('<i>1</i> and <i>2</i>');
  expect(number(1204.5)).toBe('1.204,5');
});
