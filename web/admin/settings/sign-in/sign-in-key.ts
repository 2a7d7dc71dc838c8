export const signInKey = ['sign-in-settings'];
