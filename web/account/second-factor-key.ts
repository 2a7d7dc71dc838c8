/** The query of one's own second factor. */
export const secondFactorKey = ['second-factor'];
