import type { ReactNode } from 'react';
import styles from './parts.module.css';

type Props = { label: string; className?: string | undefined; children: ReactNode };

/** A text as it is, such as a script. What does not fit scrolls in its own box, by keyboard too. */
export function Verbatim({ label, className = '', children }: Props) {
  return (
    <pre className={`${styles.verbatim} ${className}`} tabIndex={0} role="group" aria-label={label}>
      {children}
    </pre>
  );
}
