import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  deleteFromPassageIndex,
  insertIntoPassageIndex,
  passageIndexStatements,
  searchLexical,
} from './passage-search.ts';

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec('create table passages (rowid integer primary key, corpus_id text not null)');
  for (const statement of passageIndexStatements) db.exec(statement);
  add(1, 'operations', 'Backup', [], 'Copies are written while the server runs.');
  add(2, 'operations', 'Upgrade', ['Before you start'], 'Make a backup first.');
  add(3, 'kitchen', 'Soup', [], 'Backup onions, in case one is missing.');
});

function add(rowid: number, corpusId: string, title: string, headingPath: string[], text: string): void {
  db.prepare('insert into passages (rowid, corpus_id) values (?, ?)').run(rowid, corpusId);
  insertIntoPassageIndex(db, { rowid, title, headingPath, text });
}

const ids = (expression: string, corpora?: string[]) => searchLexical(db, expression, 10, corpora).map((hit) => hit.id);

describe('the full-text index', () => {
  test('words are found in any form, the title before the text', () => {
    expect(ids('"backups"')).toEqual([1, 2, 3]);
    expect(ids('"écrit" OR "write"')).toEqual([]);
    expect(ids('"onion"')).toEqual([3]);
  });
  test('headings are found', () => {
    expect(ids('"starting"')).toEqual([2]);
  });
  test('a higher score is better', () => {
    const scores = searchLexical(db, '"backup"', 10).map((hit) => hit.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0);
  });
  test('only the named corpora are searched', () => {
    expect(ids('"backup"', ['kitchen'])).toEqual([3]);
    expect(ids('"backup"', [])).toEqual([]);
    expect(ids('"backup"', ['operations', 'kitchen'])).toEqual([1, 2, 3]);
  });
  test('a removed passage is not found', () => {
    deleteFromPassageIndex(db, 1);
    expect(ids('"backup"')).toEqual([2, 3]);
  });
});
