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

const provider = {
  PERDURE_OIDC_ISSUER: 'https://id.example.org/realms/team',
  PERDURE_OIDC_CLIENT_ID: 'perdure',
  PERDURE_OIDC_CLIENT_SECRET: 'secret',
};

test('a provider is whole or none; nobody signs up and groups are made by hand unless told', () => {
  expect(read({}).oidc).toBeUndefined();
  expect(read(provider).oidc).toEqual({
    issuer: 'https://id.example.org/realms/team',
    clientId: 'perdure',
    clientSecret: 'secret',
    name: 'single sign-on',
    groupsClaim: undefined,
    allowsSignUp: false,
  });
  for (const name of ['http://127.0.0.1:1', 'http://localhost:1/a', 'http://[::1]:1']) {
    expect(read({ ...provider, PERDURE_OIDC_ISSUER: name }).oidc?.issuer).toMatch(/^http:/);
  }
});

test('a provider that is half set, or would be asked unprotected, stops the start with one line that names the setting', () => {
  const { PERDURE_OIDC_CLIENT_SECRET: _, ...half } = provider;
  for (const [env, name] of [
    [half, 'PERDURE_OIDC_ISSUER'],
    [{ PERDURE_OIDC_CLIENT_ID: 'a' }, 'PERDURE_OIDC_CLIENT_ID'],
    [{ PERDURE_OIDC_CLIENT_SECRET: 'a' }, 'PERDURE_OIDC_CLIENT_SECRET'],
    [{ PERDURE_OIDC_NAME: 'a' }, 'PERDURE_OIDC_NAME'],
    [{ PERDURE_OIDC_GROUPS_CLAIM: 'a' }, 'PERDURE_OIDC_GROUPS_CLAIM'],
    [{ PERDURE_OIDC_ALLOW_SIGN_UP: '1' }, 'PERDURE_OIDC_ALLOW_SIGN_UP'],
    [{ ...provider, PERDURE_OIDC_ALLOW_SIGN_UP: 'yes' }, 'PERDURE_OIDC_ALLOW_SIGN_UP'],
    [{ ...provider, PERDURE_OIDC_ISSUER: 'http://id.example.org' }, 'PERDURE_OIDC_ISSUER'],
    [{ ...provider, PERDURE_OIDC_ISSUER: 'http://localhost.example.org' }, 'PERDURE_OIDC_ISSUER'],
    [{ ...provider, PERDURE_OIDC_ISSUER: 'http://127.0.0.1.example.org' }, 'PERDURE_OIDC_ISSUER'],
    [{ ...provider, PERDURE_OIDC_ISSUER: 'https://id.example.org/?a=1' }, 'PERDURE_OIDC_ISSUER'],
    [{ ...provider, PERDURE_OIDC_ISSUER: 'id.example.org' }, 'PERDURE_OIDC_ISSUER'],
    [{ ...provider, PERDURE_OIDC_SECRET: 'a' }, 'PERDURE_OIDC_SECRET'],
  ] as const) {
    expect(() => read(env), name).toThrow(ConfigError);
    expect(() => read(env), name).toThrow(new RegExp(`^${name}[: ].+$`));
  }
});
