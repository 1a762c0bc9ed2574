import styles from './parts.module.css';

/** One grey bar that keeps the place of a text; sizes in CSS units. */
export function Bar({ width = '100%', height = '20px' }: { width?: string; height?: string }) {
  return <span className={styles.skeleton} style={{ inlineSize: width, blockSize: height }} />;
}

/** Keeps the place of rows that are on their way, and says so once. */
export function SkeletonRows({ rows = 4, height = '56px' }: { rows?: number; height?: string }) {
  return (
    <div role="status" aria-label="Loading" style={{ display: 'grid', gap: '12px' }}>
      {Array.from({ length: rows }, (_, row) => (
        <Bar key={row} height={height} />
      ))}
    </div>
  );
}
