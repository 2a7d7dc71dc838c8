import { z } from 'zod';
import { time } from './common.ts';

/** How one may sign in here beside a password, and what helps who forgot theirs. */
export const signInMethods = z.strictObject({
  /** The OpenID Connect provider, by what people call it. */
  oidc: z.strictObject({ name: z.string() }).nullable(),
  /** Whose passwords are taken. */
  passwords_for: z.enum(['everybody', 'administrators']),
  /** Whether whoever forgot their password may ask for a link by mail. */
  mails_new_password: z.boolean(),
});
export type SignInMethods = z.infer<typeof signInMethods>;

/** Why somebody came back from the provider without being signed in or linked. */
export const oidcProblem = z.enum([
  'provider_unavailable',
  'refused',
  'over',
  'not_verified',
  'no_account',
  'name_taken',
  'linked_elsewhere',
  'other_linked',
  'too_many',
  'unavailable',
]);
export type OidcProblem = z.infer<typeof oidcProblem>;

export const oidcStartQuery = z.strictObject({ next: z.string().max(4_000).optional() });
/** What a provider sends back; other parameters of its own are left alone. */
export const oidcCallbackQuery = z.object({ state: z.string().max(8_000).optional() }).catchall(z.string().max(8_000));

/** To be linked, and to be unlinked. */
export const linkOidcBody = z.strictObject({ password: z.string().min(1).max(1024) });
/** Where to send the browser. */
export const oidcLocation = z.strictObject({ location: z.string() });

export const oidcLink = z.strictObject({
  /** Null where no provider is set. */
  oidc: z.strictObject({ name: z.string(), linked_at: time.nullable() }).nullable(),
});
export type OidcLink = z.infer<typeof oidcLink>;
