import { z } from 'zod';
import type { SearchFilters } from '../../api/knowledge.ts';
import { textOf } from '../../address.ts';
import { endOfDay, isDay, startOfDay } from '../../ui/days.ts';

/** What the address of the page holds: the question, and what it is asked of; days are whole ones in the reader's own time. */
export type TrySearch = { q?: string; documents?: string[]; tags?: string[]; from?: string; to?: string };

/** At most as many as the server takes. */
const someOf = (max: number) => z.array(z.string().min(1).max(100)).min(1).max(max);
const documents = someOf(100);
const tags = someOf(20);

/** Leaves out what no page of ours wrote. Pure. */
export function readTrySearch(search: Record<string, unknown>): TrySearch {
  const found: { [Name in keyof TrySearch]: TrySearch[Name] | undefined } = {
    q: textOf(search['q']),
    documents: documents.safeParse(search['documents']).data,
    tags: tags.safeParse(search['tags']).data,
    from: isDay(search['from']) ? search['from'] : undefined,
    to: isDay(search['to']) ? search['to'] : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as TrySearch;
}

/** The filters as the server takes them: from the beginning of the first day to the end of the last. Pure but for the time zone. */
export function toSearchFilters({ documents, tags, from, to }: TrySearch): SearchFilters {
  return {
    ...(documents && { documents }),
    ...(tags && { tags }),
    ...(from !== undefined && { added_from: startOfDay(from) }),
    ...(to !== undefined && { added_before: endOfDay(to) }),
  };
}

/** One more of a list, or one less; nothing for the last. Pure. */
export function toggled(all: readonly string[], one: string): string[] | undefined {
  const rest = all.filter((each) => each !== one);
  const next = rest.length < all.length ? rest : [...all, one];
  return next.length === 0 ? undefined : next;
}
