import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LinkPurpose } from '../../src/contract/links.ts';
import { checkLink } from '../api/links.ts';

/** The one-time link that this page was opened by: its secret stands behind the `#` of the address. */
export function useLink(purpose: LinkPurpose) {
  const [token] = useState(() => location.hash.slice(1));
  const query = useQuery({
    queryKey: ['link', purpose, token],
    queryFn: () => checkLink(purpose, token),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return { token, link: query.data, error: query.error, retry: () => void query.refetch() };
}
