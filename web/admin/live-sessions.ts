import type { AdminSessionRow, AdminSessionSort, AdminSessionsSnapshot } from '../../src/contract/admin.ts';

/** One page of the administrator's list as the stream has told it so far. */
export type LivePage = {
  asOf: string;
  rows: AdminSessionRow[];
  total: number;
  totalExceeded: boolean;
  nextCursor: string | null;
  /** Something happened outside this page that only a fresh snapshot can count. */
  unsure: boolean;
  /** When the total was counted, and the sessions made since that were added to it. */
  countedAt: string;
  added: ReadonlySet<string>;
};

export type PageRules = {
  sort: AdminSessionSort;
  limit: number;
  /** Rows that appear are shown on the first page only; further pages are a place in the order. */
  first: boolean;
};

export function pageOf(snapshot: AdminSessionsSnapshot): LivePage {
  return {
    asOf: snapshot.as_of,
    rows: snapshot.sessions,
    total: snapshot.total,
    totalExceeded: snapshot.total_exceeded,
    nextCursor: snapshot.next_cursor,
    unsure: false,
    countedAt: snapshot.as_of,
    added: new Set(),
  };
}

/** A changed session: applied if its revision is higher; one that is not on the page appears where it sorts. The stream sends only rows that match the query. */
export function withRow(page: LivePage, row: AdminSessionRow, rules: PageRules): LivePage {
  const known = page.rows.find((each) => each.session_id === row.session_id);
  if (known && known.rev >= row.rev) return page;
  if (known) {
    const rows = page.rows.map((each) => (each.session_id === row.session_id ? row : each));
    return { ...page, rows: rules.first ? sorted(rows, rules.sort) : rows };
  }
  const counted = withCount(page, row);
  if (!rules.first) return counted;
  const rows = sorted([...page.rows, row], rules.sort);
  const isLast = page.nextCursor === null;
  if (!isLast && rows.at(-1) === row) return counted;
  return { ...counted, rows: isLast ? rows : rows.slice(0, rules.limit) };
}

function withCount(page: LivePage, row: AdminSessionRow): LivePage {
  const isCreated = row.created_at > page.countedAt && !page.added.has(row.session_id);
  // Of a list that is shown whole, every other row is one more.
  const isNew = isCreated || isWhole(page);
  if (!isNew || page.totalExceeded) return page;
  return { ...page, total: page.total + 1, added: new Set([...page.added, row.session_id]) };
}

/** A session that no longer matches the query, or is gone. */
export function withoutRow(page: LivePage, sessionId: string): LivePage {
  const rows = page.rows.filter((row) => row.session_id !== sessionId);
  const isElsewhere = rows.length === page.rows.length && !page.added.has(sessionId);
  if (isElsewhere) return isWhole(page) ? page : { ...page, unsure: true };
  return { ...page, rows, total: page.total - (page.totalExceeded ? 0 : 1) };
}

/** Everything that matches is on the page. */
const isWhole = ({ nextCursor, rows, total }: LivePage): boolean => nextCursor === null && rows.length === total;

function sorted(rows: AdminSessionRow[], sort: AdminSessionSort): AdminSessionRow[] {
  return rows.toSorted((a, b) => {
    const [left, right] = [a[sort], b[sort]];
    if (left !== right) return left < right ? 1 : -1;
    return a.session_id < b.session_id ? 1 : -1;
  });
}
