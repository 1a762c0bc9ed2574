import { useEffect, useState, useSyncExternalStore } from 'react';

export type Appearance = 'system' | 'light' | 'dark';
const storageKey = 'parley-appearance';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function stored(): Appearance {
  const value = localStorage.getItem(storageKey);
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** Whether the console is dark: as the system is, unless the person chose otherwise on this device. */
export function useAppearance() {
  const [appearance, setAppearance] = useState(stored);
  const systemDark = useSyncExternalStore(watchSystem, () => systemIsDark.matches);
  const dark = appearance === 'system' ? systemDark : appearance === 'dark';
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);
  const choose = (next: Appearance) => {
    localStorage.setItem(storageKey, next);
    setAppearance(next);
  };
  return { appearance, dark, choose };
}

function watchSystem(changed: () => void): () => void {
  systemIsDark.addEventListener('change', changed);
  return () => systemIsDark.removeEventListener('change', changed);
}
