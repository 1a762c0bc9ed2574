import type { ReactNode } from 'react';
import styles from './tabs.module.css';

type Props = { label: string; className?: string | undefined; children: ReactNode };

/** Links to the pages, or the parts of a list, that belong together. The router marks the one that is open. */
export function Tabs({ label, className = '', children }: Props) {
  return (
    <nav className={`${styles.tabs} ${className}`} aria-label={label}>
      {children}
    </nav>
  );
}
