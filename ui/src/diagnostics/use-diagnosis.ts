import { useIsMutating, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { lastDiagnosis } from '../api/queries.ts';

/** Whether an id is that of a whole tenant, and not of a person. */
export function isTenant(subjectId: string): boolean {
  return subjectId.startsWith('ten_');
}

/**
 * Runs a diagnosis, of a person’s connection or of a whole tenant, and keeps its result while the console is open: the
 * page can be left meanwhile and found again.
 */
export function useDiagnosis(subjectId: string) {
  const queries = useQueryClient();
  const last = useQuery(lastDiagnosis(subjectId));
  const mutationKey = ['diagnose', subjectId];
  const run = useMutation({
    mutationKey,
    mutationFn: (roundTrip: boolean) => {
      const whose = isTenant(subjectId) ? { tenantId: subjectId } : { memberId: subjectId };
      return ask(api.diagnostics.$post({ json: { roundTrip, ...whose } }));
    },
    onSuccess: (diagnosis) => {
      queries.setQueryData(lastDiagnosis(subjectId).queryKey, diagnosis);
      // A refused refresh may have ended the connection; of a tenant, its people and its credentials were tried.
      const shown = isTenant(subjectId) ? ['tenants', 'organizers', 'app-registrations'] : ['connections'];
      for (const key of shown) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const running = useIsMutating({ mutationKey }) > 0;
  return { diagnosis: last.data, running, error: run.error, run: run.mutate };
}
