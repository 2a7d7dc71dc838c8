/** The queries of one's own logins and API keys, and of somebody's. */
export const loginsKey = (userId: string) => ['logins', userId];
export const oidcLinkKey = (userId: string) => ['oidc-link', userId];
export const apiKeysKey = (userId: string) => ['api-keys', userId];
export const signInMethodsKey = ['sign-in-methods'];
