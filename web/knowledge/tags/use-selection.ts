import { useState } from 'react';
import type { Document } from '../../../src/contract/documents.ts';

/** Which documents of a list are selected. One that leaves the list is so no more, until it is shown again. */
export function useSelection(shown: readonly Document[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selected = shown.filter(({ document_id }) => ids.has(document_id));
  const isAll = shown.length > 0 && selected.length === shown.length;
  return {
    selected,
    isAll,
    has: (id: string) => ids.has(id),
    toggle(id: string) {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setIds(next);
    },
    toggleAll: () => setIds(isAll ? new Set() : new Set(shown.map(({ document_id }) => document_id))),
    clear: () => setIds(new Set()),
  };
}
