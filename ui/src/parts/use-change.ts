import { useMutation, useQueryClient } from '@tanstack/react-query';

/** What asks for a change needs to know of it. */
export type Change = { isPending: boolean; error: Error | null; mutate: () => void };

/** A change at the server. What it makes `stale`, by the first words of its queries, is read again before it is done. */
export function useChange<Result, Input = void>(
  stale: string[],
  change: (input: Input) => Promise<Result>,
  onDone?: (result: Result) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      await Promise.all(stale.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      onDone?.(result);
    },
  });
}
