import { expect, test } from 'vitest';
import type { Operation } from '../../openapi.ts';
import { AnswerCheck } from './check-answer.ts';

const problem = { content: { 'application/problem+json': { schema: { type: 'object' } } } };
const file = {
  'application/json': { schema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } },
  'text/markdown': {},
};
const operationOf = (method: string, path: string, content = {}): Operation => ({
  method,
  path,
  responses: { 200: { content }, default: problem },
});
const search = operationOf('get', '/api/sessions/search');
const change = operationOf('patch', '/api/sessions/{id}');
const download = operationOf('get', '/api/sessions/{id}/export', file);
const check = new AnswerCheck([search, change, download]);

const answer = (status: number, type: string, text: string) => ({ status, headers: { 'content-type': type }, text });

test('an answer is held against what is described of the type that it came as', () => {
  const sent = { method: 'GET', path: '/api/sessions/1/export?format=markdown' };
  const breachOf = (type: string, text: string) => check.breachOf(download, sent, answer(200, type, text));
  expect(breachOf('text/markdown; charset=utf-8', '# Title')).toBeUndefined();
  expect(breachOf('application/json', '{"a":1}')).toBeUndefined();
  expect(breachOf('application/json', '# Title')).toContain('no JSON');
  expect(breachOf('application/json', '{"a":"1"}')).toContain('not as described');
  expect(breachOf('text/csv', 'a')).toBe('200 is not described as text/csv');
});

test('an address is one of every operation that it fits', () => {
  const refused = answer(401, 'application/problem+json', '{}');
  const as = (method: string) => check.breachOf(search, { method, path: '/api/sessions/search?q=a' }, refused);
  expect(as('GET')).toBeUndefined();
  expect(as('PATCH')).toBeUndefined();
  expect(as('PUT')).toBe('401 for a method that is not described');
});
