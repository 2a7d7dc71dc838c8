import * as client from 'openid-client';
import type { Clock } from '../../clock.ts';
import type { OidcSettings } from '../../config.ts';
import type { OidcProblem } from '../../contract/oidc.ts';
import type { Claims } from './claims.ts';
import type { Flow } from './flow.ts';

/** Why the provider's part of a sign-in failed; `reason` is for the log. */
export class ProviderError extends Error {
  readonly problem: OidcProblem;

  constructor(problem: OidcProblem, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'ProviderError';
    this.problem = problem;
  }
}

/** The OpenID Connect provider, asked only when somebody signs in. All methods throw ProviderError. */
export type OidcProvider = {
  /** Where to send the browser. */
  authorizationUrl(flow: Flow): Promise<string>;
  /** Who came back with these parameters: exchanges the code, and checks state, nonce, issuer, audience, times and signature. */
  claimsFor(flow: Flow, query: Readonly<Record<string, string | undefined>>): Promise<Claims>;
};

/** Of each call. */
const timeoutSeconds = 5;
/** How long what the provider says of itself is believed. */
const keepMs = 3_600_000;
/** OpenID Connect Core, section 2. */
const maxSubject = 255;

export function createOidcProvider(
  { issuer, clientId, clientSecret, groupsClaim, allowsSignUp }: OidcSettings,
  { clock, redirectUri }: { clock: Pick<Clock, 'monotonicMs'>; redirectUri: URL },
): OidcProvider {
  let known: { at: number; configuration: Promise<client.Configuration> } | undefined;
  const server = new URL(issuer);
  /** Whether anything is asked for that the id token alone may not say. */
  const wantsMore = groupsClaim !== undefined || allowsSignUp;

  /** One discovery for all who wait for it; a failed one is forgotten. */
  function configuration(): Promise<client.Configuration> {
    const at = clock.monotonicMs();
    if (known && at - known.at < keepMs) return known.configuration;
    const found = discover().catch((error: unknown) => {
      if (known?.configuration === found) known = undefined;
      throw new ProviderError('provider_unavailable', 'its configuration could not be read', error);
    });
    known = { at, configuration: found };
    return found;
  }

  function discover(): Promise<client.Configuration> {
    return client.discovery(server, clientId, undefined, authentication(clientSecret), {
      timeout: timeoutSeconds,
      // The settings allow http on loopback alone.
      ...(server.protocol === 'http:' && { execute: [client.allowInsecureRequests] }),
    });
  }

  return {
    async authorizationUrl({ state, nonce, verifier }) {
      const challenge = await client.calculatePKCECodeChallenge(verifier);
      return client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri.href,
        scope: wantsMore ? 'openid profile email' : 'openid',
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }).href;
    },

    async claimsFor({ state, nonce, verifier }, query) {
      const from = await configuration();
      const callback = new URL(redirectUri);
      for (const [name, value] of Object.entries(query)) callback.searchParams.set(name, value ?? '');
      try {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await client.authorizationCodeGrant(from, callback, checks);
        const claims = tokens.claims();
        // Providers that answer for many tenants name another issuer for each: a `sub` means nothing without its own.
        if (!claims || claims.sub.length > maxSubject || new URL(claims.iss).href !== server.href) {
          throw new ProviderError('not_verified', 'no usable id token');
        }
        const asksMore = wantsMore && from.serverMetadata().userinfo_endpoint !== undefined;
        const more = asksMore ? await client.fetchUserInfo(from, tokens.access_token, claims.sub) : {};
        return { subject: claims.sub, claims: { ...more, ...claims } };
      } catch (error) {
        throw error instanceof ProviderError ? error : new ProviderError(problemOf(error), wordsOf(error), error);
      }
    },
  };
}

/** By the header where the provider takes that, else in the body (RFC 8414, section 2: without a word, the header). */
function authentication(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, of, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? basic : post)(server, of, body, headers);
  };
}

function problemOf(error: unknown): OidcProblem {
  if (error instanceof client.AuthorizationResponseError) return 'refused';
  if (error instanceof client.ResponseBodyError) return error.error === 'invalid_grant' ? 'over' : 'not_verified';
  const code = error instanceof client.ClientError ? error.code : undefined;
  // What `fetch` throws when nobody answers.
  if (error instanceof TypeError || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return 'provider_unavailable';
  const answer = error instanceof Error ? error.cause : undefined;
  return answer instanceof Response && answer.status >= 500 ? 'provider_unavailable' : 'not_verified';
}

/** The kind of fault, without what the provider wrote. */
function wordsOf(error: unknown): string {
  const code = error instanceof client.ResponseBodyError ? error.error : (error as { code?: unknown }).code;
  return `${error instanceof Error ? error.name : 'fault'}${typeof code === 'string' ? ` ${code.slice(0, 60)}` : ''}`;
}
