/** Under which what was used is cached. */
export const usageKey = ['admin', 'usage'] as const;
