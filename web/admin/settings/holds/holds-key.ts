/** The query of legal holds. */
export const holdsKey = ['legal-holds'];
