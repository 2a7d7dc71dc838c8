import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, expect, test } from 'vitest';
import { number } from './numbers.ts';
import { rich, said, speak, t, unmarked } from './translate.ts';

const messages = (count: number) => t('{count, plural, one {# message} other {# messages}}', { count });

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
