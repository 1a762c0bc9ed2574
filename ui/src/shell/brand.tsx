import styles from './shell.module.css';

/** Parley's mark and the workspace's name. */
export function Brand({ workspace }: { workspace?: string | undefined }) {
  return (
    <div className={styles.brand}>
      <Mark />
      <div style={{ minInlineSize: 0 }}>
        <span className={styles.brandName}>Parley</span>
        <span className={styles.workspace}>{workspace ?? '\u00a0'}</span>
      </div>
    </div>
  );
}

export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden>
      <rect width="16" height="16" rx="4" fill="#4f52b2" />
      <path d="M4 8.5l3 3 5-6" fill="none" stroke="white" strokeWidth="2" />
    </svg>
  );
}
