import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import { AppError } from '../errors.ts';

const defaultPageSize = 100;

/** What a caller asks of a list in the order of names. */
export type NamePage = { limit?: number | undefined; cursor?: string | undefined };

/** One page of a list in the order of names, and the cursor of the next; null on the last.
 *  @param read  at most `limit` rows behind `afterKey`
 *  @param keyOf  what rows are sorted by, unique among them
 *  @throws AppError bad_request for a cursor that no page gave */
export async function pageByName<Row extends { id: string }>(
  page: NamePage,
  read: (range: { limit: number; afterKey?: string }) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): Promise<{ rows: Row[]; nextCursor: string | null }> {
  const limit = page.limit ?? defaultPageSize;
  const after = page.cursor === undefined ? undefined : parseKeyset(page.cursor);
  if (page.cursor !== undefined && !after) {
    throw new AppError('bad_request', { detail: 'Query: cursor is not one this list gave.' });
  }
  const found = await read({ limit: limit + 1, ...(after && { afterKey: String(after.value) }) });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? formatKeyset({ value: keyOf(last), id: last.id }) : null };
}
