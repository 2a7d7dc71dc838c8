/** The secret of a one-time link. */
export function tokenIn(link: string): string {
  return new URL(link).hash.slice(1);
}
