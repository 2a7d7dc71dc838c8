import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { questionTerms, tellingWords, termOf, wordsOf } from './terms.ts';

describe('the words of a text', () => {
  test('accents of Latin, Greek and Cyrillic letters are left out, other marks are kept', () => {
    expect(wordsOf('Größe, Résumé; Ёлка — β-Faktor ΆΛΦΑ ﬁne हिन्दी')).toEqual([
      'große',
      'resume',
      'елка',
      'β',
      'faktor',
      'αλφα',
      'fine',
      'हिन्दी',
    ]);
  });
  test('writing without blanks gives pairs of neighbours', () => {
    expect(wordsOf('文書を検索 한국어 ภาษา 水')).toEqual([
      '文書',
      '書を',
      'を検',
      '検索',
      '한국',
      '국어',
      'ภา',
      'าษ',
      'ษา',
      '水',
    ]);
  });
  test('a question in Chinese shares its words with a text that holds it', () => {
    const text = new Set(wordsOf('如果服务器停止,请重新启动服务器。'));
    expect(wordsOf('重新启动').every((word) => text.has(word))).toBe(true);
  });
  test('what is too long for a word is none', () => {
    expect(wordsOf(`${'x'.repeat(65)} ${'y'.repeat(64)}`)).toEqual(['y'.repeat(64)]);
  });
  test('any text gives words that are found again in itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const words = wordsOf(text);
        expect(
          wordsOf(words.filter((word) => !/^(..|.)$/u.test(word)).join(' ')).every((word) => words.includes(word)),
        ).toBe(true);
      }),
    );
  });
});

describe('what a question is looked up by', () => {
  test('stop words are left out and repeated words are kept', () => {
    expect(tellingWords('How do I back up Perdure, and how do I restore the Perdure backup?')).toEqual([
      'back',
      'perdure',
      'restore',
      'perdure',
      'backup',
    ]);
  });
  test('a question of stop words alone keeps them', () => {
    expect(tellingWords('To be or not to be')).toEqual(['to', 'be', 'or', 'not', 'to', 'be']);
  });
  test('contractions leave no crumbs', () => {
    expect(tellingWords("Why doesn't it start? I've tried.")).toEqual(['start', 'tried']);
  });
  test('a word is looked up by its stem and as it is, and an exact word never meets a stem', () => {
    expect(questionTerms('Backups running')).toEqual(['backup', '=backups', 'run', '=running']);
    expect(termOf('communication', 'english')).toBe('commun');
    expect(termOf('commun', 'other')).toBe('=commun');
  });
  test('nothing to look up is nothing', () => {
    expect(questionTerms(' ?! "*" ')).toEqual([]);
  });
});
