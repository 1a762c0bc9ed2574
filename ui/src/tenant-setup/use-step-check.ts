import { useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import type { SetupStep } from '../api/queries.ts';

/** Checks a step live. The check goes on while the step is closed or the page is left; its result is the server's. */
export function useStepCheck(tenantId: string, step: SetupStep['name']) {
  const queries = useQueryClient();
  const mutationKey = ['check-step', tenantId, step];
  const check = useMutation({
    mutationKey,
    mutationFn: () => ask(api.tenants[':id'].setup[':step'].check.$post({ param: { id: tenantId, step } })),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['tenants'] }),
        queries.invalidateQueries({ queryKey: ['app-registrations'] }), // a token tells about credentials too
      ]);
    },
  });
  return { run: check.mutate, error: check.error, running: useIsMutating({ mutationKey }) > 0 };
}
