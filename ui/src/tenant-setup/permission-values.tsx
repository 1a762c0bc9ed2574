import type { SetupStep, Tenant } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import styles from './tenant-setup.module.css';

/** The application permissions to add, what each is for, and whether the last token had it. */
export function PermissionValues({ step, tenant }: { step: SetupStep; tenant: Tenant }) {
  return (
    <section className={styles.part} aria-label="Permissions to add">
      <h3>Application permissions to add, and no others</h3>
      <ul className={styles.permissions}>
        {step.values.map(({ label, value }) => (
          <li key={value}>
            <div className={styles.permissionHead}>
              <code>{value}</code>
              <CopyButton text={value} what={value} size="small" />
              <Granted granted={tenant.permissions.find(({ name }) => name === value)?.granted ?? null} />
            </div>
            <p>{label}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Granted({ granted }: { granted: boolean | null }) {
  if (granted === null) return null;
  return granted ? (
    <StateLabel tone="good" words="Granted" />
  ) : (
    <StateLabel tone="waiting" words="Not in the last token" />
  );
}
