import { expect, test } from 'vitest';
import { resolveModel } from './resolve-model.ts';

const endpoints = [
  { id: 'old', models: ['small', 'large'] },
  { id: 'new', models: ['small', 'tiny'] },
];
const chosen = { endpointId: 'new', model: 'tiny' };
const at = (endpointId: string, model: string) => ({ endpointId, model });

test('nothing set means quotes, the environment stands before them, and what was chosen before both', () => {
  expect(resolveModel({ endpoints, chosen: undefined }, undefined)).toEqual(at('built_in', 'built_in'));
  expect(resolveModel({ endpoints, chosen: undefined }, 'env')).toEqual(at('environment', 'env'));
  expect(resolveModel({ endpoints, chosen }, 'env')).toEqual(chosen);
  expect(resolveModel({ endpoints, chosen: at('built_in', 'built_in') }, 'env')).toEqual(at('built_in', 'built_in'));
});

test('what was chosen of the environment is the model it sets now, and an endpoint that is gone is no choice', () => {
  expect(resolveModel({ endpoints, chosen: at('environment', 'before') }, 'env')).toEqual(at('environment', 'env'));
  expect(resolveModel({ endpoints, chosen: at('environment', 'before') }, undefined).endpointId).toBe('built_in');
  expect(resolveModel({ endpoints, chosen: at('gone', 'small') }, 'env')).toEqual(at('environment', 'env'));
});

test('a model by name is asked at the default’s endpoint, else at the environment’s, else at the oldest that serves it', () => {
  expect(resolveModel({ endpoints, chosen }, undefined, 'small')).toEqual(at('new', 'small'));
  expect(resolveModel({ endpoints, chosen: undefined }, undefined, 'small')).toEqual(at('old', 'small'));
  expect(resolveModel({ endpoints, chosen: undefined }, 'small', 'small')).toEqual(at('environment', 'small'));
  expect(resolveModel({ endpoints, chosen }, 'large', 'large')).toEqual(at('environment', 'large'));
  expect(resolveModel({ endpoints, chosen }, undefined, 'large')).toEqual(at('old', 'large'));
});

test('a model that nobody serves, or that is not named, is the default', () => {
  expect(resolveModel({ endpoints, chosen }, 'env', 'none')).toEqual(chosen);
  expect(resolveModel({ endpoints, chosen }, 'env', '')).toEqual(chosen);
});
