/** Where a passage stands: which of its version it is, and on what page under what headings, outermost first, as JSON. */
export type Place = {
  document_id: string;
  version: number;
  ordinal: number;
  page: number | null;
  heading_path: string;
};

/** More would be a page to read and not a passage. */
const maxMerged = 3;

/** Puts found passages that follow each other on one page under the same headings together, so that what is quoted does not end where one was cut.
 *  Pure.
 *  @param found  best first
 *  @param limit  how many groups are wanted; what does not adjoin one of them is left out
 *  @returns groups in the order of their best passage, each in the order of the text and of at most three */
export function mergeNeighbours<Found extends Place>(found: readonly Found[], limit: number): Found[][] {
  const groups: Found[][] = [];
  for (const place of found) {
    const group = groups.find((each) => each.length < maxMerged && adjoins(each, place));
    if (group) group.splice(isBefore(place, group) ? 0 : group.length, 0, place);
    else if (groups.length < limit) groups.push([place]);
  }
  return groups;
}

function adjoins(group: readonly Place[], place: Place): boolean {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last) return false;
  const isNext = place.ordinal === first.ordinal - 1 || place.ordinal === last.ordinal + 1;
  const isSameText = place.document_id === first.document_id && place.version === first.version;
  return isNext && isSameText && place.page === first.page && place.heading_path === first.heading_path;
}

function isBefore(place: Place, group: readonly Place[]): boolean {
  return place.ordinal < (group[0]?.ordinal ?? 0);
}
