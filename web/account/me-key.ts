/** The query of who is signed in. */
export const meKey = ['me'];
