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

const mail = { PERDURE_SMTP_URL: 'smtps://mail.example.org', PERDURE_MAIL_FROM: 'perdure@example.org' };

test('a mail server is asked by encryption, but on loopback and where somebody says so', () => {
  expect(read({}).mail).toBeUndefined();
  const at = (url: string, more = {}) => read({ ...mail, PERDURE_SMTP_URL: url, ...more }).mail;
  const plain = { host: 'mail.example.org', credentials: undefined, from: 'perdure@example.org' };
  expect(at('smtps://mail.example.org')).toEqual({ ...plain, port: 465, encryption: 'from_the_start' });
  expect(at('smtp://mail.example.org/')).toEqual({ ...plain, port: 587, encryption: 'required' });
  expect(at('smtp://mail.example.org:25', { PERDURE_INSECURE_SMTP: '1' })).toEqual({
    ...plain,
    port: 25,
    encryption: 'if_offered',
  });
  for (const [host, encryption] of [
    ['localhost', 'none'],
    ['127.0.0.1', 'none'],
    ['[::1]', 'none'],
    ['localhost.example.org', 'required'],
    ['127.0.0.1.example.org', 'required'],
  ] as const) {
    expect(at(`smtp://${host}:25`), host).toMatchObject({ host: host.replace(/[[\]]/g, ''), encryption });
    expect(at(`smtps://${host}`), host).toMatchObject({ encryption: 'from_the_start' });
  }
  expect(at('smtps://per%40dure:p%25%3A%2Fw@mail.example.org')?.credentials).toEqual({
    username: 'per@dure',
    password: 'p%:/w',
  });
});

test('a mail server that is half set or cannot be asked stops the start, with one line that names the setting and not its value', () => {
  for (const [env, name] of [
    [{ PERDURE_SMTP_URL: mail.PERDURE_SMTP_URL }, 'PERDURE_SMTP_URL'],
    [{ PERDURE_MAIL_FROM: mail.PERDURE_MAIL_FROM }, 'PERDURE_MAIL_FROM'],
    [{ PERDURE_INSECURE_SMTP: '1' }, 'PERDURE_INSECURE_SMTP'],
    [{ ...mail, PERDURE_INSECURE_SMTP: 'yes' }, 'PERDURE_INSECURE_SMTP'],
    [{ ...mail, PERDURE_MAIL_FROM: 'Perdure <perdure@example.org>' }, 'PERDURE_MAIL_FROM'],
    [{ ...mail, PERDURE_MAIL_FROM: 'perdure@example.org\r\nBcc: eve@example.org' }, 'PERDURE_MAIL_FROM'],
    ...[
      'https://mail.example.org',
      'mail.example.org',
      'smtp:mail.example.org',
      'smtp://',
      'smtp://a:secret@',
      'smtp://a:secret@mail.example.org/secret',
      'smtp://a:secret@mail.example.org?ignoreTLS=true',
      'smtp://a:secret@mail.example.org#a',
      'smtp://a:secret@mail.example.org:99999',
      'smtp://a:%secret@mail.example.org',
    ].map((url) => [{ ...mail, PERDURE_SMTP_URL: url }, 'PERDURE_SMTP_URL'] as const),
  ] as const) {
    expect(() => read(env), JSON.stringify(env)).toThrow(ConfigError);
    expect(() => read(env), JSON.stringify(env)).toThrow(new RegExp(`^${name}: (?!.*secret).+$`));
  }
});

test('a store of files that is not named as it must be stops the start, with one line that does not repeat its address', () => {
  expect(read({}).filesAddress).toBeUndefined();
  expect(read({ PERDURE_FILES_URL: 'https://KEY:secret@s3.example.org/files' }).filesAddress).toMatchObject({
    bucket: 'files',
    secretAccessKey: 'secret',
  });
  for (const url of [
    'files',
    's3://KEY:secret@files',
    'https://KEY:secret@host',
    'https://KEY:secret@host/files?tls=0',
  ]) {
    expect(() => read({ PERDURE_FILES_URL: url }), url).toThrow(ConfigError);
    expect(() => read({ PERDURE_FILES_URL: url }), url).toThrow(/^PERDURE_FILES_URL: (?!.*secret@).+\.$/);
  }
});

test('hosts that pages may be read from are named in a form that is checked', () => {
  expect(read({}).fetchAllow.has({ hostname: 'a', address: '10.0.0.1', port: 80 })).toBe(false);
  expect(
    read({ PERDURE_FETCH_ALLOW: '10.0.0.0/8' }).fetchAllow.has({ hostname: 'a', address: '10.0.0.1', port: 80 }),
  ).toBe(true);
  expect(() => read({ PERDURE_FETCH_ALLOW: 'http://wiki' })).toThrow(
    /^PERDURE_FETCH_ALLOW: “http:\/\/wiki” is neither/,
  );
});

const embeddings = { PERDURE_EMBEDDINGS_URL: 'http://127.0.0.1:1/v1', PERDURE_EMBEDDINGS_MODEL: 'm' };

test('there is one embedder, built in unless told, and a reranker only when told', () => {
  expect(read({})).toMatchObject({ embedder: { kind: 'built_in' }, reranker: undefined });
  expect(
    read({ ...embeddings, PERDURE_EMBEDDINGS_API_KEY: 'key', PERDURE_EMBEDDINGS_DIMENSIONS: '256' }).embedder,
  ).toEqual({
    kind: 'endpoint',
    url: 'http://127.0.0.1:1/v1',
    model: 'm',
    apiKey: 'key',
    dimensions: 256,
    textsAtOnce: 32,
    queryPrefix: '',
    passagePrefix: '',
  });
  expect(read({ PERDURE_EMBEDDINGS_DIR: '/models/e5', PERDURE_EMBEDDINGS_QUERY_PREFIX: 'query: ' }).embedder).toEqual({
    kind: 'folder',
    folder: '/models/e5',
    queryPrefix: 'query: ',
    passagePrefix: undefined,
  });
  expect(read({ PERDURE_RERANK_URL: 'https://rank.example.org' }).reranker).toMatchObject({ kind: 'endpoint' });
  expect(read({ PERDURE_RERANK_DIR: '/models/judge' }).reranker).toEqual({ kind: 'folder', folder: '/models/judge' });
});

test('an embedder or reranker that is half or doubly set, or whose address holds a secret, stops the start', () => {
  const { PERDURE_EMBEDDINGS_MODEL: _, ...half } = embeddings;
  for (const [env, name] of [
    [half, 'PERDURE_EMBEDDINGS_URL'],
    [{ PERDURE_EMBEDDINGS_MODEL: 'm' }, 'PERDURE_EMBEDDINGS_MODEL'],
    [{ PERDURE_EMBEDDINGS_API_KEY: 'k' }, 'PERDURE_EMBEDDINGS_API_KEY'],
    [{ PERDURE_EMBEDDINGS_DIMENSIONS: '3' }, 'PERDURE_EMBEDDINGS_DIMENSIONS'],
    [{ PERDURE_EMBEDDINGS_QUERY_PREFIX: 'q' }, 'PERDURE_EMBEDDINGS_QUERY_PREFIX'],
    [{ ...embeddings, PERDURE_EMBEDDINGS_DIR: '/a' }, 'PERDURE_EMBEDDINGS_DIR'],
    [{ ...embeddings, PERDURE_EMBEDDINGS_BATCH: '0' }, 'PERDURE_EMBEDDINGS_BATCH'],
    [{ ...embeddings, PERDURE_EMBEDDINGS_URL: 'https://u:p@h.example.org/v1' }, 'PERDURE_EMBEDDINGS_URL'],
    [{ ...embeddings, PERDURE_EMBEDDINGS_URL: 'https://h.example.org/v1?key=a' }, 'PERDURE_EMBEDDINGS_URL'],
    [{ PERDURE_RERANK_MODEL: 'm' }, 'PERDURE_RERANK_MODEL'],
    [{ PERDURE_RERANK_API_KEY: 'k' }, 'PERDURE_RERANK_API_KEY'],
    [{ PERDURE_RERANK_URL: 'http://h.example.org', PERDURE_RERANK_DIR: '/a' }, 'PERDURE_RERANK_DIR'],
    [{ PERDURE_RERANK_URL: 'http://u@h.example.org' }, 'PERDURE_RERANK_URL'],
  ] as const) {
    expect(() => read(env), name).toThrow(new RegExp(`^${name}: .+$`));
  }
});
