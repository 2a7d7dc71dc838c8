/** Queries of groups, their members and what they are granted. */
export const groupsKey = ['groups'];
