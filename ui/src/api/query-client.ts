import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, isSignedOut } from './problem.ts';
import { meQuery } from './queries.ts';

/** The one cache of what the API answered. When a session ends, whoever asks next finds it out for the whole console. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (isSignedOut(error) && query.queryKey[0] !== 'me') void queryClient.invalidateQueries(meQuery);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
      retryDelay: (n) => 500 * 2 ** n,
    },
    mutations: { retry: false },
  },
});

function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.problem.code === 'unreachable' || (error.problem.status ?? 0) >= 500);
}
