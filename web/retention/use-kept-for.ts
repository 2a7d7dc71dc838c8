import { useQuery } from '@tanstack/react-query';
import type { KeptFor } from '../../src/contract/retention.ts';
import { fetchKeptFor } from '../api/retention.ts';
import { settingsKey } from '../shell/use-fresh-data.ts';

/** While it is not known: as it is where nobody set anything. */
const standard: KeptFor = { sessions: null, imported: null, temporary: 1, session_bin: 30, document_bin: 30 };

/** For how many days what is kept. */
export function useKeptFor(): KeptFor {
  const { data } = useQuery({
    queryKey: [settingsKey, 'kept-for'],
    queryFn: ({ signal }) => fetchKeptFor(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? standard;
}
