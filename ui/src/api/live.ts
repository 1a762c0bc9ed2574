import { useEffect, useSyncExternalStore } from 'react';
import { queryClient } from './query-client.ts';

let open = false;
const watchers = new Set<() => void>();

function setOpen(now: boolean): void {
  if (open === now) return;
  open = now;
  for (const watcher of watchers) watcher();
}

/** Asks again for everything that shows a meeting, or names what is left of one. */
function refresh(): void {
  for (const queryKey of [['bookings'], ['meetings'], ['artifacts', 'list'], ['artifacts', 'one']])
    void queryClient.invalidateQueries({ queryKey });
}

/** Listens for changes of meetings while the page can be seen; what happened in between is read when it is seen again. */
export function useLiveChanges(): void {
  useEffect(() => {
    let source: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      clearTimeout(again);
      source?.close();
      source = undefined;
      setOpen(false);
    };
    const start = () => {
      stop();
      if (document.visibilityState === 'hidden') return;
      let first = true;
      source = new EventSource('/v1/changes');
      source.addEventListener('meeting', refresh);
      source.addEventListener('open', () => {
        setOpen(true);
        if (!first) refresh();
        first = false;
      });
      source.addEventListener('error', () => {
        setOpen(false);
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(start, 10_000);
      });
    };
    const onVisible = () => {
      if (document.visibilityState === 'visible') refresh();
      start();
    };
    start();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      stop();
    };
  }, []);
}

/** How often to ask for a list of bookings: those without a meeting change without an announcement. */
export function useListInterval(): number {
  return usePollingInterval() || 30_000;
}

/** How often to ask for something that is about to change: not at all while changes are announced. */
export function usePollingInterval(): number | false {
  const live = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => open,
  );
  return live ? false : 5000;
}
