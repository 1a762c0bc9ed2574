import { useMutation, useQueryClient } from '@tanstack/react-query';

/** A change of an endpoint, or something sent to it: what shows them is read again before it counts as done. */
export function useWebhookChange<Input, Result>(
  change: (input: Input) => Promise<Result>,
  onDone?: (result: Result) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
      onDone?.(result);
    },
  });
}
