import { useMutation, useQueryClient } from '@tanstack/react-query';

/** A change of a tenant: everything that shows the tenant is read again before it counts as done. */
export function useTenantChange<Input, Result>(
  change: (input: Input) => Promise<Result>,
  onDone?: (result: Result) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      await queries.invalidateQueries({ queryKey: ['tenants'] });
      onDone?.(result);
    },
  });
}
