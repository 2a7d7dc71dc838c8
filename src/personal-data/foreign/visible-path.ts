import { ImportFault } from '../import-fault.ts';

/** From the root to a node, by each node's parent. Pure.
 *  @throws ImportFault when the parents form a circle */
export function pathTo(parents: ReadonlyMap<string, string | null>, node: string): string[] {
  const path: string[] = [];
  const seen = new Set<string>();
  for (let id: string | null | undefined = node; id !== null && id !== undefined && parents.has(id); ) {
    if (seen.has(id)) throw new ImportFault('Its messages follow each other in a circle.');
    seen.add(id);
    path.push(id);
    id = parents.get(id);
  }
  return path.toReversed();
}

/** The last node nothing follows: what a page shows that keeps no place. Undefined without any node. Pure.
 *  @throws ImportFault when every node is followed by another */
export function lastLeaf(parents: ReadonlyMap<string, string | null>): string | undefined {
  if (parents.size === 0) return undefined;
  const followed = new Set(parents.values());
  const leaf = [...parents.keys()].findLast((id) => !followed.has(id));
  if (leaf === undefined) throw new ImportFault('Its messages follow each other in a circle.');
  return leaf;
}
