/** The stream of what goes on at this moment: whole snapshots. */
export const nowStream = '/api/admin/now/events';
