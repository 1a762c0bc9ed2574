import { useMutation, useQueryClient } from '@tanstack/react-query';

/** A change of a registration or of its credentials: what shows them is read again before it counts as done. */
export function useRegistrationChange<Input, Result>(
  change: (input: Input) => Promise<Result>,
  onDone?: (result: Result) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['app-registrations'] }),
        queries.invalidateQueries({ queryKey: ['tenants'] }), // their guides tell about credentials
      ]);
      onDone?.(result);
    },
  });
}
