import { useIsMutating, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { lastDiagnosis } from '../api/queries.ts';

/** Runs a diagnosis and keeps its result while the console is open: the page can be left meanwhile and found again. */
export function useDiagnosis(memberId: string) {
  const queries = useQueryClient();
  const last = useQuery(lastDiagnosis(memberId));
  const mutationKey = ['diagnose', memberId];
  const run = useMutation({
    mutationKey,
    mutationFn: (roundTrip: boolean) => ask(api.diagnostics.$post({ json: { roundTrip, memberId } })),
    onSuccess: (diagnosis) => {
      queries.setQueryData(lastDiagnosis(memberId).queryKey, diagnosis);
      // A refused refresh may have ended the connection.
      void queries.invalidateQueries({ queryKey: ['connections'] });
    },
  });
  const running = useIsMutating({ mutationKey }) > 0;
  return { diagnosis: last.data, running, error: run.error, run: run.mutate };
}
