import { z } from 'zod';

const ids = z.array(z.string()).max(50);
const keyOf = (userId: string) => `perdure.corpora.${userId}`;

/** The corpora chosen last in this browser; new sessions begin with them. Empty means all. */
export function lastCorpora(userId: string): string[] {
  try {
    const parsed = ids.safeParse(JSON.parse(localStorage.getItem(keyOf(userId)) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

export function rememberCorpora(userId: string, corpora: string[]): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(corpora));
  } catch {
    // A full or blocked store: new sessions begin with all corpora.
  }
}
