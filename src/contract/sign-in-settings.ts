import { z } from 'zod';

/** The key under which the rule is stored that only administrators sign in with a password. */
export const onlyAdministratorsKey = 'sign_in.passwords_for_administrators_only';

const passwordsFor = z.enum(['everybody', 'administrators']);

export const passwordRuleBody = z.strictObject({ passwords_for: passwordsFor });
export type PasswordRule = z.infer<typeof passwordRuleBody>;

/** How people sign in, and what of it the environment sets. No secret is in it. */
export const signInSettings = z.strictObject({
  passwords_for: passwordsFor,
  /** Null: there is no single sign-on, and everybody has a password. */
  oidc: z
    .strictObject({
      name: z.string(),
      issuer: z.string(),
      groups_claim: z.string().nullable(),
      allows_sign_up: z.boolean(),
      /** Active people but administrators who are not linked to anybody there: without a password they could not sign in. */
      people_without: z.int(),
    })
    .nullable(),
  /** Where one-time links are mailed from; null: administrators hand them over. */
  mail: z.strictObject({ from: z.string(), host: z.string() }).nullable(),
});
export type SignInSettings = z.infer<typeof signInSettings>;
