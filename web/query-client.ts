import { QueryClient } from '@tanstack/react-query';
import { asApiError } from './api/errors.ts';

/** Server data that is not an event stream. The feed says when it changed, so nothing is fetched again on mere focus. */
export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && asApiError(error).passing,
      },
    },
  });
