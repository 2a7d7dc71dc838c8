import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const read = (env: Record<string, string>) => readConfig({ PERDURE_DATA_DIR: '/nowhere', ...env });
const endpoint = { PERDURE_MODEL_BASE_URL: 'http://127.0.0.1:1/v1', PERDURE_MODEL: 'm' };

test('an endpoint continues text only when somebody says so', () => {
  expect(read(endpoint).model).toMatchObject({ continuesText: false });
  expect(read({ ...endpoint, PERDURE_MODEL_CONTINUES: '0' }).model).toMatchObject({ continuesText: false });
  expect(read({ ...endpoint, PERDURE_MODEL_CONTINUES: '1' }).model).toMatchObject({ continuesText: true });
});

test('what is said of an endpoint that is not there stops the start, with one line that names the setting', () => {
  for (const [name, value] of [
    ['PERDURE_MODEL_CONTINUES', '1'],
    ['PERDURE_MODEL_API_KEY', 'key'],
  ] as const) {
    expect(() => read({ [name]: value })).toThrow(ConfigError);
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name}: .+$`));
  }
  expect(() => read({ ...endpoint, PERDURE_MODEL_CONTINUES: 'yes' })).toThrow(/^PERDURE_MODEL_CONTINUES: .+$/);
});
