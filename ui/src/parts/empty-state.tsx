import type { FluentIcon } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import styles from './parts.module.css';

type Props = { icon: FluentIcon; title: string; children: ReactNode; action?: ReactNode };

/** Nothing here yet: what the page is for, and the first step. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <div className={styles.empty}>
      <div className={styles.emptyIcon}>
        <Icon aria-hidden />
      </div>
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
