import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askedWords, lookupsOf, marksOf, termsOf } from './message-words.ts';
import { readable, snippetOf } from './snippet.ts';

/** What is marked in a text; undefined where it is not found. */
const found = (text: string, question: string) =>
  marksOf(text, askedWords(question))?.map(({ start, end }) => text.slice(start, end));

describe('the words of a message', () => {
  test('all words are found in any case and without accents, the last one by its beginning', () => {
    const text = 'Die Prüfung der RÉSUMÉS ist am Freitag; ﬁle naïve_names.';
    expect(found(text, 'prufung resum')).toEqual(['Prüfung', 'RÉSUM']);
    expect(found(text, 'Pruf resumes'), 'only the last').toBeUndefined();
    expect(found(text, 'FILE naive name')).toEqual(['ﬁle', 'naïve', 'name']);
    expect(found(text, 'freitag montag')).toBeUndefined();
    expect(found(text, '… !')).toEqual([]);
    expect(askedWords(' — ?')).toEqual([]);
  });

  test('writing without blanks is found wherever it stands, next to other letters too', () => {
    expect(found('我们用GPT模型检索数据库。', '数据')).toEqual(['数据']);
    expect(found('我们用GPT模型检索数据库。', 'gpt 检索')).toEqual(['GPT', '检索']);
    expect(found('我们用GPT模型检索数据库。', '库')).toEqual(['库']);
    expect(found('数据和据库', '数据库'), 'its pairs alone are not enough').toBeUndefined();
    expect(found('ｶﾞｲﾄﾞとサーバーの設定', 'ガイド サーバ')).toEqual(['ｶﾞｲﾄﾞ', 'サーバ']);
    expect(found('ค้นหาข้อความในระบบ', 'ข้อความ')).toEqual(['ข้อความ']);
    expect(found('서울에서 만나요', '서울')).toEqual(['서울']);
  });

  test('points of Arabic and Hebrew make no difference, nor does the end of a Greek word', () => {
    expect(found('كِتَابٌ جديد', 'كتاب')).toEqual(['كِتَابٌ']);
    expect(found('שָׁלוֹם', 'שלום')).toEqual(['שָׁלוֹם']);
    expect(found('ΟΔΟΣ', 'οδος')).toEqual(['ΟΔΟΣ']);
  });

  test('a run of letters that is no word is found by its beginning', () => {
    const long = 'x'.repeat(300);
    expect(termsOf(`${long} end`)).toEqual(['x'.repeat(64), 'end']);
    expect(found(`${long} end`, long.slice(0, 100))).toHaveLength(1);
  });

  test('whatever is marked in a text has every term that it is looked up by', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom('数据库', 'Ångström', 'ﷺ', '½x', 'İs', 'ガ'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(7), (words, at) => {
        const text = words.join(' ');
        const asked = askedWords(words[at % Math.max(1, words.length)] ?? '');
        const marks = marksOf(text, asked);
        expect(marks).toBeDefined();
        const terms = termsOf(text);
        for (const { term, isBeginning } of lookupsOf(asked)) {
          expect(terms.some((each) => (isBeginning ? each.startsWith(term) : each === term))).toBe(true);
        }
      }),
    );
  });
});

test('a message of a letter under thousands of marks, in the worst order, takes no longer than another', () => {
  const text = `a${'\u0301'.repeat(30_000)}${'\u0316'.repeat(30_000)} end`;
  const started = performance.now();
  expect(termsOf(text)).toEqual(['a', 'end']);
  expect(marksOf(text, askedWords('a end'))).toHaveLength(2);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('of a message that is far longer than a question can be, the beginning is looked at', () => {
  const text = `first ${'x'.repeat(128 * 1024 - 6)} second`;
  expect(termsOf(text)).toEqual(['first', 'x'.repeat(64)]);
  expect(found(text, 'first')).toEqual(['first']);
  expect(found(text, 'second')).toBeUndefined();
});

/** The snippet of a text for a question, and what is marked in it. */
const snippet = (text: string, question: string) => {
  const { text: shown, marks } = snippetOf(text, marksOf(text, askedWords(question)) ?? []);
  return { text: shown, marked: marks.map(({ start, end }) => shown.slice(start, end)) };
};

describe('a snippet', () => {
  test('shows what was found, with a little around it, and says where it was cut', () => {
    const text = `${'before '.repeat(60)}the needle\nis here ${'after '.repeat(90)}`;
    const { text: shown, marked } = snippet(text, 'needle');
    expect(shown).toMatch(/^… before .* the needle is here after .* …$/);
    expect(shown.length).toBeLessThan(220);
    expect(marked).toEqual(['needle']);
    expect(snippet('a needle', 'needle')).toEqual({ text: 'a needle', marked: ['needle'] });
  });

  test('shows the place with most of the words', () => {
    const text = `alpha ${'x '.repeat(300)} alpha and omega`;
    expect(snippet(text, 'alpha omega')).toMatchObject({ marked: ['alpha', 'omega'] });
  });

  test('cuts no character in two', () => {
    for (let pad = 0; pad < 60; pad++) {
      const { text } = snippet(
        `${'😀'.repeat(50)}${'y'.repeat(pad)} needle ${'z'.repeat(pad)}${'😀'.repeat(150)}`,
        'needle',
      );
      expect(text.isWellFormed()).toBe(true);
    }
  });

  test('has the text of Markdown and not its signs', () => {
    expect(readable('## Plan\n**Bold** `code` a_b\n| a | b |\n|---|:-:|\n> said\n- item')).toBe(
      'Plan\nBold code a_b\n  a   b  \n\nsaid\n- item',
    );
  });

  test('of a line of thousands of blanks, bars and dashes takes no longer than another', () => {
    const started = performance.now();
    for (const sign of [' ', '-', '|', ' |', '> ', '#']) {
      readable(`needle\n${sign.repeat(60_000 / sign.length)}x`);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
