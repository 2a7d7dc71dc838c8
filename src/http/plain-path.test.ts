import { expect, test } from 'vitest';
import { isPlainPath } from './plain-path.ts';

test.each([
  '/',
  '/api/sessions',
  '/api/sessions?limit=5&q=//%2e%2e',
  '/knowledge/',
  '/assets/index-BC_x.9~a.js',
  '/api/documents/%F0%9F%92%A9',
  '/.well-known/security.txt',
  '/a...b/..c/d..',
  "/api/sessions/'%20or",
])('%s is plain', (target) => {
  expect(isPlainPath(target)).toBe(true);
});

test.each([
  '',
  '*',
  'api/sessions',
  'http://evil.example/api/sessions',
  '//api/sessions',
  '/api//sessions',
  '/api/sessions//',
  '/api/./sessions',
  '/api/sessions/.',
  '/healthz/../metrics',
  '/healthz/..',
  '/x/%2e%2e/metrics',
  '/x/.%2E/metrics',
  '/api%2fsessions',
  '/api%2Fsessions',
  '/api%5csessions',
  '/api\\sessions',
  '/%61pi/sessions',
  '/metric%73',
  '/api/sessions%00',
  '/api/sessions%0d%0aa:b',
  '/api/sessions\t',
  '/api/sessions#part',
  '/api/%',
  '/api/%E0%A4%A',
  '/api/%ED%A0%80',
])('%s is not', (target) => {
  expect(isPlainPath(target)).toBe(false);
});
