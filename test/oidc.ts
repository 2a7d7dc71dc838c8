import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Context, Provider } from 'oidc-provider';

/** Somebody at the provider, by what it says of them. */
export type ProviderAccount = {
  preferred_username?: string;
  name?: string;
  email?: string;
  email_verified?: unknown;
  groups?: unknown;
};

const clientId = 'perdure';
const clientSecret = 'only in tests 2026, a client secret';
/** A server of a test listens on a port that its public address does not know. */
const redirectUri = 'http://127.0.0.1:0/api/auth/oidc/callback';

/** A real OpenID Connect provider on 127.0.0.1, which lets in whoever `current` names and asks nothing. */
export class TestProvider implements AsyncDisposable {
  readonly accounts = new Map<string, ProviderAccount>();
  /** Who sits at the provider; undefined: they press "Cancel". */
  current: string | undefined;
  /** Requests that came, as `GET /path`. */
  readonly asked: string[] = [];
  /** Stands before each answer; true when it gave one itself. */
  meddle: ((path: string, response: ServerResponse) => boolean) | undefined;
  issuer = '';
  #server: Server | undefined;
  #port = 0;
  readonly #redirectUris: readonly string[];

  private constructor(redirectUris: readonly string[]) {
    this.#redirectUris = redirectUris;
  }

  static async start({ redirectUris = [redirectUri] }: { redirectUris?: readonly string[] } = {}) {
    const provider = new TestProvider(redirectUris);
    await provider.listen();
    return provider;
  }

  /** The settings of a server that people sign in to with it. */
  get env(): Record<string, string> {
    return {
      PERDURE_OIDC_ISSUER: this.issuer,
      PERDURE_OIDC_CLIENT_ID: clientId,
      PERDURE_OIDC_CLIENT_SECRET: clientSecret,
      PERDURE_OIDC_NAME: 'Example ID',
      // It stays the same when the server starts again on another port.
      PERDURE_PUBLIC_URL: new URL(this.#redirectUris[0] ?? '').origin,
    };
  }

  /** Somebody new there, who sits at it from now on. */
  enter(account: ProviderAccount = {}, subject: string = randomUUID()): string {
    this.accounts.set(subject, account);
    this.current = subject;
    return subject;
  }

  /** Listens again, at the address it had. */
  async listen(): Promise<void> {
    let handle: (request: IncomingMessage, response: ServerResponse) => unknown;
    const server = createServer((request, response) => {
      this.asked.push(`${request.method} ${new URL(request.url ?? '', this.issuer).pathname}`);
      if (!this.meddle?.(request.url ?? '', response)) void handle(request, response);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The provider has no port.');
    this.#port = address.port;
    this.issuer = `http://127.0.0.1:${address.port}`;
    this.#server = server;
    const provider = this.#newProvider();
    const answer = provider.callback();
    handle = (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return answer(request, response);
      const result =
        this.current === undefined
          ? { error: 'access_denied', error_description: 'SECRET WORDS OF THE PROVIDER' }
          : { login: { accountId: this.current, remember: false } };
      return provider.interactionFinished(request, response, result);
    };
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #newProvider(): Provider {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const provider: Provider = new Provider(this.issuer, {
      clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: this.#redirectUris }],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomUUID() }] },
      cookies: { keys: ['only in tests'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      claims: {
        openid: ['sub'],
        profile: ['name', 'preferred_username', 'groups'],
        email: ['email', 'email_verified'],
      },
      findAccount: (_context: unknown, sub: string) => ({
        accountId: sub,
        claims: async () => ({ ...this.accounts.get(sub), sub }),
      }),
      async loadExistingGrant({ oidc: { client, session } }: Context) {
        const known = session.grantIdFor(client.clientId);
        if (known) return provider.Grant.find(known);
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    return provider;
  }
}
