import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lexicalQuery, lexicalTerms } from './lexical-query.ts';

describe('a question as a full-text query', () => {
  test('stop words are left out and repeated words are kept', () => {
    expect(lexicalQuery('How do I back up Perdure, and how do I restore the Perdure backup?')).toBe(
      '"back" OR "perdure" OR "restore" OR "perdure" OR "backup"',
    );
  });
  test('a question of stop words alone keeps them', () => {
    expect(lexicalQuery('To be or not to be')).toBe('"to" OR "be" OR "or" OR "not" OR "to" OR "be"');
  });
  test('contractions leave no crumbs', () => {
    expect(lexicalTerms("Why doesn't it start? I've tried.")).toEqual(['start', 'tried']);
  });
  test('letters of any script are words', () => {
    expect(lexicalTerms('Größe der Datei — 文書 über β-Faktor')).toEqual([
      'größe',
      'der',
      'datei',
      '文書',
      'über',
      'β',
      'faktor',
    ]);
  });
  test('nothing to look up is undefined', () => {
    expect(lexicalQuery(' ?! "*" ')).toBeUndefined();
  });
  test('SQLite takes whatever anyone types', () => {
    const db = new DatabaseSync(':memory:');
    db.exec("create virtual table t using fts5 (x, tokenize = 'porter unicode61')");
    const find = db.prepare('select count(*) as n from t where t match ?');
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.stringMatching(/^[a-z "'*^():+\-{}ANDORNOTEAR]{0,80}$/),
      fc
        .array(fc.constantFrom('"', "'", '*', 'NEAR(', 'AND', 'a', 'x:', '\u0000', '\ud800'))
        .map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(nasty, (question) => {
        const expression = lexicalQuery(question);
        if (expression !== undefined) expect(find.get(expression)).toEqual({ n: 0 });
      }),
      { numRuns: 500 },
    );
    expect(find.get(lexicalQuery('word '.repeat(5000)) ?? '')).toEqual({ n: 0 });
  });
});
