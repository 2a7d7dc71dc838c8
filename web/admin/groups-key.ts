/** Queries of groups, their members and what they are granted. */
export const groupsKey = ['groups'];
/** The built-in group of all who have an account; the same in every installation. */
export const everyoneGroupId = '00000000-0000-4000-8000-000000000001';
