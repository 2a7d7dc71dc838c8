import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { z } from 'zod';
import { type AllowedHosts, parseAllowedHosts } from './allowed-hosts.ts';
import { parseTrustedProxies, type TrustedProxies } from './client-address.ts';
import { email } from './contract/mail.ts';
import { type FilesAddress, parseFilesUrl } from './files-address.ts';

/** One setting of the environment: what docs/configuration.md lists. */
export type Setting = { name: string; default: string; meaning: string };

const port = z.coerce.number().int().min(0).max(65_535);
const url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`,
  });
const flag = z.enum(['0', '1']).transform((text) => text === '1');

const schema = {
  PERDURE_HOST: z.string().min(1).default('127.0.0.1').meta({ description: 'Address it listens on.' }),
  PERDURE_PORT: port.default(3000).meta({ description: 'Port it listens on.' }),
  PERDURE_PUBLIC_URL: url(['http:', 'https:']).optional().meta({
    description: 'What browsers use; from host and port when unset. https makes the cookie `__Host-perdure`.',
  }),
  PERDURE_INSECURE_HTTP: flag.default(false).meta({
    description: '1 allows an http address beyond loopback; passwords then travel unprotected.',
  }),
  PERDURE_TRUSTED_PROXIES: z.string().default('').meta({
    description: 'Addresses and ranges (`10.0.0.0/8`), separated by commas, whose `X-Forwarded-For` is believed.',
  }),
  PERDURE_DATA_DIR: z.string().min(1).default('./data').meta({
    description:
      'Everything it writes: `perdure.db`, `audit-anchors.jsonl`, `secret.key`, `files/`, `models/`, `instances/`.',
  }),
  PERDURE_DATABASE_URL: url(['postgres:', 'postgresql:']).optional().meta({
    description:
      'Keeps the store and the originals in this PostgreSQL database, which any number of instances share (with the same `PERDURE_SECRET`); unset means `perdure.db` in the data directory.',
  }),
  PERDURE_ROW_SECURITY: z.enum(['preferred', 'required']).default('preferred').meta({
    description:
      'With `PERDURE_DATABASE_URL`: `required` refuses to start where the database itself cannot keep people’s rows apart (its login may not become the roles for that, or is a superuser); `preferred` starts, and says so in the log and in `/readyz`.',
  }),
  PERDURE_SECRET: z.string().min(32).optional().meta({
    description:
      'Encrypts what must not be readable in the store; at least 32 characters that nobody can guess. Unset: the first start makes `secret.key` in the data directory.',
  }),
  PERDURE_ADMIN_USERNAME: z.string().min(1).max(64).default('admin').meta({
    description: 'The first administrator, made only while no user exists.',
  }),
  PERDURE_ADMIN_PASSWORD: z.string().min(12).max(256).optional().meta({
    description: 'Password of the first administrator; generated and printed once when unset.',
  }),
  PERDURE_MODEL_BASE_URL: url(['http:', 'https:']).optional().meta({
    description:
      'An OpenAI-compatible endpoint, such as `http://127.0.0.1:11434/v1`; unset means quotes from the documents.',
  }),
  PERDURE_MODEL_API_KEY: z.string().min(1).optional().meta({ description: 'Key of that endpoint, if it wants one.' }),
  PERDURE_MODEL: z.string().min(1).optional().meta({ description: 'Name of the model there.' }),
  PERDURE_MODEL_CONTINUES: flag.default(false).meta({
    description:
      '1 says that the endpoint goes on from a trailing assistant message; an answer cut off by a restart is then continued in the middle of a sentence.',
  }),
  PERDURE_EMBEDDINGS_URL: url(['https:', 'http:']).optional().meta({
    description:
      'An OpenAI-compatible embeddings endpoint up to and including the version, such as `https://host/v1`, instead of the built-in embedder. The text of every passage and question is sent there.',
  }),
  PERDURE_EMBEDDINGS_MODEL: z.string().min(1).max(200).optional().meta({
    description: 'The model’s name there; needed with `PERDURE_EMBEDDINGS_URL`. Another one makes all vectors anew.',
  }),
  PERDURE_EMBEDDINGS_API_KEY: z.string().min(1).optional().meta({ description: 'Sent as a bearer token.' }),
  PERDURE_EMBEDDINGS_DIMENSIONS: z.coerce.number().int().min(1).max(16_384).optional().meta({
    description: 'How long the vectors are to be, of models that can shorten them; the model’s own length when unset.',
  }),
  PERDURE_EMBEDDINGS_BATCH: z.coerce.number().int().min(1).max(32).default(32).meta({
    description: 'Texts of one request to `PERDURE_EMBEDDINGS_URL` at most, for a server that takes fewer than 32.',
  }),
  PERDURE_EMBEDDINGS_DIR: z.string().min(1).optional().meta({
    description:
      'A folder with an ONNX embedder as Hugging Face and optimum export it (`tokenizer.json`, `model.onnx`, the settings of sentence-transformers), instead of the built-in one.',
  }),
  PERDURE_EMBEDDINGS_QUERY_PREFIX: z.string().max(500).optional().meta({
    description:
      'What the model of either wants in front of a question, such as `query: `; from the folder when unset.',
  }),
  PERDURE_EMBEDDINGS_PASSAGE_PREFIX: z.string().max(500).optional().meta({
    description: 'The same for a passage.',
  }),
  PERDURE_RERANK_URL: url(['https:', 'http:']).optional().meta({
    description:
      'An endpoint with the `/rerank` of Cohere, Jina, vLLM or Text Embeddings Inference, such as `https://host/v1`, that puts the best 30 passages of a search in order. Their text and the question are sent there.',
  }),
  PERDURE_RERANK_MODEL: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'The model’s name there, if it wants one.' }),
  PERDURE_RERANK_API_KEY: z.string().min(1).optional().meta({ description: 'Sent as a bearer token.' }),
  PERDURE_RERANK_DIR: z.string().min(1).optional().meta({
    description: 'A folder with an ONNX cross-encoder that does the same on this machine.',
  }),
  PERDURE_DRAIN_SECONDS: z.coerce.number().int().min(0).max(3600).default(30).meta({
    description: 'How long running turns may go on after SIGTERM before they are handed over.',
  }),
  PERDURE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').meta({
    description: 'Least severity that is logged, as JSON lines on standard error.',
  }),
  PERDURE_SMTP_URL: url(['smtp:', 'smtps:']).optional().meta({
    description:
      'A mail server that one-time links go out by, with name and password if it wants them: `smtps://NAME:PASSWORD@mail.example.org` is encrypted from the start (port 465 unless told), `smtp://` by STARTTLS (port 587), on loopback not at all. Signs that mean something in an address are written as `%40` and the like.',
  }),
  PERDURE_MAIL_FROM: email.optional().meta({
    description: 'The address that mails come from, such as `perdure@example.org`; needed with `PERDURE_SMTP_URL`.',
  }),
  PERDURE_INSECURE_SMTP: flag.default(false).meta({
    description: '1 lets mails, links and the password go to an `smtp://` server that offers no encryption.',
  }),
  PERDURE_FILES_URL: z.string().optional().meta({
    description:
      'Keeps the originals in a bucket of an S3-compatible store, with either database: `https://KEY:SECRET@HOST/BUCKET`, then folders and `?region=REGION` (`us-east-1`) if need be. Signs of key and secret that mean something in an address are written as `%2F` and the like; over `http://` originals travel unencrypted. Unset: `files/`, or the database of `PERDURE_DATABASE_URL`.',
  }),
  PERDURE_FETCH_ALLOW: z.string().default('').meta({
    description:
      'Hosts of your own network that curators may add web pages from, separated by commas: names, addresses and ranges (`wiki.example.org, 10.1.0.0/16`), each with the ports 80 and 443 or with the one it names (`wiki.example.org:8080`). Beside these, the public internet alone is read from.',
  }),
  PERDURE_OIDC_ISSUER: url(['https:', 'http:']).optional().meta({
    description:
      'An OpenID Connect provider that people may sign in with, as it names itself, such as `https://id.example.org/realms/team`; http on loopback only. It is to send them back to `PERDURE_PUBLIC_URL` + `/api/auth/oidc/callback`.',
  }),
  PERDURE_OIDC_CLIENT_ID: z.string().min(1).optional().meta({ description: 'What Perdure is called there.' }),
  PERDURE_OIDC_CLIENT_SECRET: z.string().min(1).optional().meta({ description: 'Its secret there.' }),
  PERDURE_OIDC_NAME: z.string().trim().min(1).max(40).optional().meta({
    description: 'What the button says after "Sign in with"; `single sign-on` when unset.',
  }),
  PERDURE_OIDC_GROUPS_CLAIM: z.string().min(1).max(200).optional().meta({
    description:
      'The claim that lists the names of a person’s groups, such as `groups`: at each sign-in they become a member of the groups here that are called so. Unset: groups are made by hand.',
  }),
  PERDURE_OIDC_ALLOW_SIGN_UP: flag.default(false).meta({
    description: '1 makes a member of whoever the provider lets in and nobody here is linked to.',
  }),
  PERDURE_TEST_KILL_AT: z.string().optional().meta({ description: '' }),
  PERDURE_TEST_SILENT_BELL: flag.default(false).meta({ description: '' }),
  PERDURE_TEST_MODEL_HURRY: z.coerce.number().int().min(1).max(1_000).default(1).meta({ description: '' }),
} as const;

const environment = z.object(schema);

export type Config = {
  host: string;
  port: number;
  publicUrl: URL;
  trustedProxies: TrustedProxies;
  dataDir: string;
  /** Undefined: the store is in the data directory. */
  databaseUrl: string | undefined;
  /** A database that cannot keep people’s rows apart is refused. */
  requireRowSecurity: boolean;
  /** Of an S3-compatible store; undefined: originals are in the data directory, or in the database. */
  filesAddress: FilesAddress | undefined;
  admin: { username: string; password: string | undefined };
  /** What secrets in the store are encrypted with; undefined: `secret.key` in the data directory. */
  secret: string | undefined;
  /** Undefined: answers are quotes from the documents. */
  model: { baseUrl: string; apiKey: string | undefined; name: string; continuesText: boolean } | undefined;
  embedder: EmbedderSettings;
  /** Undefined: the order in which a search finds is the last. */
  reranker: RerankerSettings | undefined;
  /** Undefined: people sign in with a password alone. */
  oidc: OidcSettings | undefined;
  /** Undefined: no mail is sent, and administrators hand links over. */
  mail: MailSettings | undefined;
  /** Hosts beside the public internet that web pages may be read from. */
  fetchAllow: AllowedHosts;
  drainMs: number;
  logLevel: z.infer<typeof environment>['PERDURE_LOG_LEVEL'];
  limits: { readonly [Name in keyof typeof limits]: number };
  /** Switches that only tests set: a point at which the process is killed, a bell that is not rung, how many times sooner the model’s
   *  deadlines pass. */
  test: { killAt: string | undefined; silentBell: boolean; modelHurry: number; kill(): void };
};

/** Prefixes that are undefined are the folder's. */
export type EmbedderSettings =
  | { kind: 'built_in' }
  | {
      kind: 'endpoint';
      url: string;
      model: string;
      apiKey: string | undefined;
      dimensions: number | undefined;
      textsAtOnce: number;
      queryPrefix: string;
      passagePrefix: string;
    }
  | { kind: 'folder'; folder: string; queryPrefix: string | undefined; passagePrefix: string | undefined };

export type RerankerSettings =
  | { kind: 'endpoint'; url: string; model: string | undefined; apiKey: string | undefined }
  | { kind: 'folder'; folder: string };

export type OidcSettings = {
  /** In the form that `URL` gives it: one text for one provider. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What people call it. */
  name: string;
  groupsClaim: string | undefined;
  allowsSignUp: boolean;
};

export type MailSettings = {
  host: string;
  port: number;
  /** `required` and `if_offered` are by STARTTLS. */
  encryption: 'from_the_start' | 'required' | 'if_offered' | 'none';
  credentials: { username: string; password: string } | undefined;
  /** The address that mails come from. */
  from: string;
};

/** Every bound of the server, in one place. */
export const limits = {
  requestDeadlineMs: 30_000,
  chatDeadlineMs: 120_000,
  /** From the first byte to the last: the largest document at 0.5 Mbit/s. Who trickles is not listened to for ever. */
  uploadDeadlineMs: 15 * 60_000,
  /** Of one process. */
  maxRunningTurns: 64,
  /** In all processes on one store; further turns of the same person wait while those of others begin. */
  maxRunningTurnsPerUser: 16,
  maxQueuedTurnsInSession: 20,
  maxQueuedTurnsPerUser: 100,
  /** Of everybody: at half a minute a turn, a quarter of an hour of work for one process. */
  maxQueuedTurns: 2_000,
  /** Ordinary requests under way, each with at most 1 MiB of body. */
  maxRequests: 512,
  maxRequestsPerUser: 64,
  /** While the event loop is late: more than a browser asks for at once. */
  maxRequestsPerUserWhenLate: 8,
  /** Uploads, downloads and calls that wait for a turn. */
  maxLongRequests: 256,
  maxLongRequestsPerUser: 32,
  maxLongRequestsPerUserWhenLate: 4,
  /** More are closed unanswered: the last bound behind all others. */
  maxConnections: 4_096,
  maxStreams: 2_000,
  maxStreamsPerUser: 40,
  modelFirstByteMs: 60_000,
  modelIdleMs: 60_000,
  /** A model that keeps its connection alive and says nothing, such as one that waits for its turn. */
  modelPieceMs: 300_000,
  /** One model call, however slowly it trickles: at 5 tokens a second 9,000 tokens. */
  modelAnswerMs: 1_800_000,
  /** One mail, from the look-up of the mail server's name to its last answer. */
  mailMs: 10_000,
  /** One web page, from its robots.txt to its last byte: the largest document at 7 Mbit/s. */
  fetchMs: 60_000,
} as const;

/** A setting that is wrong; the message is one line that names it. */
export class ConfigError extends Error {}

/** Reads the settings from the environment and from `.env` in the data directory; the environment wins.
 *  @throws ConfigError for an unknown name, a malformed value or a contradiction */
export function readConfig(env: Record<string, string | undefined>): Config {
  const dataDir = resolve(env.PERDURE_DATA_DIR ?? './data');
  const settings = { ...readDotenv(join(dataDir, '.env')), ...ours(env) };
  for (const name of Object.keys(settings)) {
    if (!(name in schema))
      throw new ConfigError(`${name} is not a setting of Perdure; docs/configuration.md lists them.`);
  }
  const parsed = environment.safeParse(settings);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])}: ${issue?.message}`);
  }
  return { ...resolveContradictions(parsed.data), dataDir };
}

function resolveContradictions(values: z.infer<typeof environment>): Omit<Config, 'dataDir'> {
  const host = values.PERDURE_HOST;
  const named = host.includes(':') ? `[${host}]` : host;
  const publicUrl = new URL(values.PERDURE_PUBLIC_URL ?? `http://${named}:${values.PERDURE_PORT}`);
  if (publicUrl.protocol === 'http:' && !isLoopback(host) && !values.PERDURE_INSECURE_HTTP) {
    throw new ConfigError(
      `PERDURE_HOST: listening on ${host} with an http address would send passwords unprotected; set PERDURE_PUBLIC_URL to the https address of your proxy, or PERDURE_INSECURE_HTTP=1.`,
    );
  }
  const { PERDURE_MODEL_BASE_URL: baseUrl, PERDURE_MODEL: name, PERDURE_MODEL_API_KEY: apiKey } = values;
  if ((baseUrl === undefined) !== (name === undefined)) {
    throw new ConfigError('PERDURE_MODEL_BASE_URL and PERDURE_MODEL belong together: set both or neither.');
  }
  if (apiKey !== undefined && baseUrl === undefined) {
    throw new ConfigError('PERDURE_MODEL_API_KEY: there is no PERDURE_MODEL_BASE_URL to send it to.');
  }
  const continuesText = values.PERDURE_MODEL_CONTINUES;
  if (continuesText && baseUrl === undefined) {
    throw new ConfigError('PERDURE_MODEL_CONTINUES: there is no PERDURE_MODEL_BASE_URL that it could be true of.');
  }
  return {
    host,
    port: values.PERDURE_PORT,
    publicUrl,
    databaseUrl: values.PERDURE_DATABASE_URL,
    requireRowSecurity: values.PERDURE_ROW_SECURITY === 'required',
    filesAddress:
      values.PERDURE_FILES_URL === undefined
        ? undefined
        : readSetting('PERDURE_FILES_URL', parseFilesUrl, values.PERDURE_FILES_URL),
    trustedProxies: readSetting('PERDURE_TRUSTED_PROXIES', parseTrustedProxies, values.PERDURE_TRUSTED_PROXIES),
    admin: { username: values.PERDURE_ADMIN_USERNAME, password: values.PERDURE_ADMIN_PASSWORD },
    secret: values.PERDURE_SECRET,
    model: baseUrl !== undefined && name !== undefined ? { baseUrl, apiKey, name, continuesText } : undefined,
    embedder: readEmbedder(values),
    reranker: readReranker(values),
    oidc: readOidc(values),
    mail: readMail(values),
    fetchAllow: readSetting('PERDURE_FETCH_ALLOW', parseAllowedHosts, values.PERDURE_FETCH_ALLOW),
    drainMs: values.PERDURE_DRAIN_SECONDS * 1000,
    logLevel: values.PERDURE_LOG_LEVEL,
    limits,
    test: {
      killAt: values.PERDURE_TEST_KILL_AT,
      silentBell: values.PERDURE_TEST_SILENT_BELL,
      modelHurry: values.PERDURE_TEST_MODEL_HURRY,
      kill: () => void process.kill(process.pid, 'SIGKILL'),
    },
  };
}

function readSetting<Value>(name: string, parse: (text: string) => Value, text: string): Value {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError(`${name}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function readEmbedder(values: z.infer<typeof environment>): EmbedderSettings {
  const {
    PERDURE_EMBEDDINGS_URL: address,
    PERDURE_EMBEDDINGS_DIR: folder,
    PERDURE_EMBEDDINGS_MODEL: model,
    PERDURE_EMBEDDINGS_API_KEY: apiKey,
    PERDURE_EMBEDDINGS_DIMENSIONS: dimensions,
    PERDURE_EMBEDDINGS_BATCH: textsAtOnce,
    PERDURE_EMBEDDINGS_QUERY_PREFIX: queryPrefix,
    PERDURE_EMBEDDINGS_PASSAGE_PREFIX: passagePrefix,
  } = values;
  if (address !== undefined && folder !== undefined) {
    throw new ConfigError('PERDURE_EMBEDDINGS_DIR: there is one embedder; unset it or PERDURE_EMBEDDINGS_URL.');
  }
  if (address === undefined) {
    const alone = Object.entries({ MODEL: model, API_KEY: apiKey, DIMENSIONS: dimensions }).find(
      ([, value]) => value !== undefined,
    )?.[0];
    if (alone !== undefined) {
      throw new ConfigError(`PERDURE_EMBEDDINGS_${alone}: there is no PERDURE_EMBEDDINGS_URL it belongs to.`);
    }
  }
  if (folder !== undefined) return { kind: 'folder', folder: resolve(folder), queryPrefix, passagePrefix };
  if (address === undefined) {
    if (queryPrefix === undefined && passagePrefix === undefined) return { kind: 'built_in' };
    const name = queryPrefix === undefined ? 'PASSAGE_PREFIX' : 'QUERY_PREFIX';
    throw new ConfigError(`PERDURE_EMBEDDINGS_${name}: the built-in embedder takes no prefixes.`);
  }
  if (model === undefined) {
    throw new ConfigError('PERDURE_EMBEDDINGS_URL: set PERDURE_EMBEDDINGS_MODEL too, the name of the model there.');
  }
  refuseSecretsIn('PERDURE_EMBEDDINGS_URL', address);
  return {
    kind: 'endpoint',
    url: address,
    model,
    apiKey,
    dimensions,
    textsAtOnce,
    queryPrefix: queryPrefix ?? '',
    passagePrefix: passagePrefix ?? '',
  };
}

function readReranker(values: z.infer<typeof environment>): RerankerSettings | undefined {
  const {
    PERDURE_RERANK_URL: address,
    PERDURE_RERANK_DIR: folder,
    PERDURE_RERANK_MODEL: model,
    PERDURE_RERANK_API_KEY: apiKey,
  } = values;
  if (address !== undefined && folder !== undefined) {
    throw new ConfigError('PERDURE_RERANK_DIR: there is one reranker; unset it or PERDURE_RERANK_URL.');
  }
  if (address === undefined && (model !== undefined || apiKey !== undefined)) {
    const name = model === undefined ? 'API_KEY' : 'MODEL';
    throw new ConfigError(`PERDURE_RERANK_${name}: there is no PERDURE_RERANK_URL it belongs to.`);
  }
  if (folder !== undefined) return { kind: 'folder', folder: resolve(folder) };
  if (address === undefined) return undefined;
  refuseSecretsIn('PERDURE_RERANK_URL', address);
  return { kind: 'endpoint', url: address, model, apiKey };
}

/** The address is remembered in the store and shown to administrators. */
function refuseSecretsIn(name: string, address: string): void {
  const { search, hash, username, password } = new URL(address);
  if (search || hash || username || password) {
    throw new ConfigError(`${name}: must have no query, fragment or user; the key is a setting of its own.`);
  }
}

function readOidc(values: z.infer<typeof environment>): OidcSettings | undefined {
  const {
    PERDURE_OIDC_ISSUER: issuer,
    PERDURE_OIDC_CLIENT_ID: clientId,
    PERDURE_OIDC_CLIENT_SECRET: clientSecret,
    PERDURE_OIDC_NAME: name,
    PERDURE_OIDC_GROUPS_CLAIM: groupsClaim,
    PERDURE_OIDC_ALLOW_SIGN_UP: allowsSignUp,
  } = values;
  if (issuer === undefined) {
    const others = { clientId, clientSecret, name, groupsClaim, allowsSignUp: allowsSignUp || undefined };
    const alone = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
    if (alone === undefined) return undefined;
    throw new ConfigError(
      `${oidcNames[alone as keyof typeof oidcNames]}: there is no PERDURE_OIDC_ISSUER it belongs to.`,
    );
  }
  if (clientId === undefined || clientSecret === undefined) {
    throw new ConfigError(
      'PERDURE_OIDC_ISSUER: set PERDURE_OIDC_CLIENT_ID and PERDURE_OIDC_CLIENT_SECRET too, as the provider gave them.',
    );
  }
  const address = new URL(issuer);
  if (address.protocol === 'http:' && !isLoopback(address.hostname.replace(/^\[|\]$/g, ''))) {
    throw new ConfigError('PERDURE_OIDC_ISSUER: must begin with https://, but on loopback.');
  }
  if (address.search || address.hash || address.username || address.password) {
    throw new ConfigError('PERDURE_OIDC_ISSUER: must have no query, fragment or user; it is the name of the provider.');
  }
  return { issuer: address.href, clientId, clientSecret, name: name ?? 'single sign-on', groupsClaim, allowsSignUp };
}

const oidcNames = {
  clientId: 'PERDURE_OIDC_CLIENT_ID',
  clientSecret: 'PERDURE_OIDC_CLIENT_SECRET',
  name: 'PERDURE_OIDC_NAME',
  groupsClaim: 'PERDURE_OIDC_GROUPS_CLAIM',
  allowsSignUp: 'PERDURE_OIDC_ALLOW_SIGN_UP',
} as const;

function readMail(values: z.infer<typeof environment>): MailSettings | undefined {
  const { PERDURE_SMTP_URL: text, PERDURE_MAIL_FROM: from, PERDURE_INSECURE_SMTP: isInsecure } = values;
  if (text === undefined) {
    if (from === undefined && !isInsecure) return undefined;
    const name = from === undefined ? 'PERDURE_INSECURE_SMTP' : 'PERDURE_MAIL_FROM';
    throw new ConfigError(`${name}: there is no PERDURE_SMTP_URL it belongs to.`);
  }
  if (from === undefined) {
    throw new ConfigError('PERDURE_SMTP_URL: set PERDURE_MAIL_FROM too, the address that mails come from.');
  }
  const address = new URL(text);
  const host = address.hostname.replace(/^\[|\]$/g, '');
  if (host === '' || !/^\/?$/.test(address.pathname) || address.search || address.hash) {
    throw new ConfigError(
      'PERDURE_SMTP_URL: must be smtp:// or smtps://, a host and, if need be, a port; nothing after it.',
    );
  }
  const isEncrypted = address.protocol === 'smtps:';
  const startTls = isInsecure ? 'if_offered' : 'required';
  return {
    host,
    port: Number(address.port) || (isEncrypted ? 465 : 587),
    encryption: isEncrypted ? 'from_the_start' : isLoopback(host) ? 'none' : startTls,
    credentials: smtpCredentials(address),
    from,
  };
}

function smtpCredentials({ username, password }: URL): MailSettings['credentials'] {
  if (username === '' && password === '') return undefined;
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw new ConfigError('PERDURE_SMTP_URL: write a % in the name or password as %25.');
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function readDotenv(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  const values = parseDotenv(text);
  if ('PERDURE_DATA_DIR' in values)
    throw new ConfigError('PERDURE_DATA_DIR cannot be set by .env in the data directory.');
  return values;
}

function ours(env: Record<string, string | undefined>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('PERDURE_') && value !== undefined && value !== '') found[name] = value;
  }
  return found;
}

/** The settings a person may set, for the generated page. */
export const documentedSettings: readonly Setting[] = Object.entries(schema).flatMap(([name, each]) => {
  const meaning = each.meta()?.description ?? '';
  const fallback = each.safeParse(undefined);
  const value = fallback.success && fallback.data !== undefined ? String(fallback.data) : 'unset';
  return meaning === '' ? [] : [{ name, default: value === 'false' ? '0' : value, meaning }];
});
