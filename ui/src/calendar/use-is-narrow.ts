import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 52rem)');

/** True where columns have no room, so that a list is easier to read. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      narrow.addEventListener('change', watcher);
      return () => narrow.removeEventListener('change', watcher);
    },
    () => narrow.matches,
  );
}
