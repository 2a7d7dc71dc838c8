import { expect, test } from 'vitest';
import { directionOf, localeOf, negotiated } from './languages.ts';

test('the first language of a reader that the app is written in is taken, whatever its region', () => {
  expect(negotiated(['fr-CA', 'de-AT', 'en'])).toBe('de');
  expect(negotiated(['zh-Hant-TW'])).toBe('zh');
  expect(negotiated(['AR-eg'])).toBe('ar');
  expect(negotiated(['deu', 'constructor', ''])).toBe('en');
  expect(negotiated([])).toBe('en');
});

test('numbers and dates are those of the reader’s region where it speaks the language, in the digits of the documents', () => {
  expect(localeOf('en', ['de-DE', 'en-GB'])).toBe('en-GB-u-nu-latn');
  expect(localeOf('es', ['de-DE'])).toBe('es-u-nu-latn');
  expect(new Intl.NumberFormat(localeOf('ar', ['ar-EG'])).format(12)).toBe('12');
  expect(localeOf('en', ['not a tag', 'en-GB'])).toBe('en-GB-u-nu-latn');
});

test('Arabic alone reads from right to left', () => {
  expect((['en', 'de', 'es', 'zh', 'ar'] as const).map(directionOf)).toEqual(['ltr', 'ltr', 'ltr', 'ltr', 'rtl']);
});
