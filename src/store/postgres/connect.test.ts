import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { isUnavailable } from './connect.ts';

const ofSocket = (code: string) => Object.assign(new Error(`write ${code}`), { code, syscall: 'write' });
const ofServer = (code: string) => Object.assign(new DatabaseError('said by the server', 0, 'error'), { code });

test.each<[string, Error, boolean]>([
  ['a socket that broke', ofSocket('EPIPE'), true],
  ['a socket that was reset', ofSocket('ECONNRESET'), true],
  ['no answer', new Error('Query read timeout'), true],
  ['no address that answers', new AggregateError([ofSocket('ECONNREFUSED')]), true],
  ['a server that shuts down', ofServer('57P01'), true],
  ['a full disk', ofServer('53100'), true],
  ['another that holds the lock', ofServer('55P03'), true],
  ['a transaction that stood still', ofServer('25P03'), true],
  ['a unique index', ofServer('23505'), false],
  ['a fault of a statement', ofServer('42601'), false],
  ['a fault of this program', new TypeError('x is not a function'), false],
])('whether the database can be used, by %s', (_what, error, isSo) => {
  expect(isUnavailable(error)).toBe(isSo);
});
