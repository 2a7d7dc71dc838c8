/** A place in a keyset-paged list: the sort value and the id of the last row sent. Opaque to callers. */
export type Keyset = { value: string | number; id: string };

export function formatKeyset(keyset: Keyset): string {
  return btoa(encodeURIComponent(JSON.stringify([keyset.value, keyset.id]))).replaceAll('=', '');
}

/** Undefined for what no list ever sent. */
export function parseKeyset(cursor: string): Keyset | undefined {
  try {
    const parsed: unknown = JSON.parse(decodeURIComponent(atob(cursor)));
    if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
    const [value, id]: unknown[] = parsed;
    if ((typeof value !== 'string' && typeof value !== 'number') || typeof id !== 'string') return undefined;
    return { value, id };
  } catch {
    return undefined;
  }
}
