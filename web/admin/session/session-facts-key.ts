/** What is kept of a session's facts and turns for administrators. */
export const sessionFactsKey = (sessionId: string) => ['admin', 'session', sessionId] as const;
