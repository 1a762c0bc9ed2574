import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { putOrganizer } from '../api/organizers.ts';
import { peopleText } from './policy-words.ts';

/** Checks organizers live, one after the other, and shows each as soon as it is known. */
export function useChecking(tenantId: string, say: (words: string) => void) {
  const queries = useQueryClient();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const run = useMutation({
    mutationFn: async (wanted: string[]) => {
      for (const [index, id] of wanted.entries()) {
        say(wanted.length > 1 ? `Checking ${index + 1} of ${wanted.length}…` : 'Checking…');
        putOrganizer(queries, await ask(api.organizers[':id'].check.$post({ param: { id } })));
        setIds((before) => new Set([...before].filter((one) => one !== id)));
      }
    },
    onMutate: (wanted) => setIds(new Set(wanted)),
    onSuccess: (_, wanted) => say(wanted.length > 1 ? `Checked ${peopleText(wanted.length)}.` : 'Checked.'),
    onError: () => say(''),
    onSettled: () => {
      setIds(new Set());
      return queries.invalidateQueries({ queryKey: ['organizers', tenantId] });
    },
  });
  const check = (wanted: string[]) => {
    if (!run.isPending && wanted.length > 0) run.mutate(wanted);
  };
  return { ids, error: run.error, check };
}
