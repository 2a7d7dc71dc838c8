/** Queries of who may sign in. */
export const usersKey = ['users'];
