import { CopyField } from '../parts/copy.tsx';
import styles from './integrations.module.css';

/** What to do where Microsoft says that an administrator has to approve. */
export function AdminApproval({ url }: { url: string | null }) {
  if (!url) return null;
  return (
    <details className={styles.approval}>
      <summary>Does Microsoft say “Need admin approval”?</summary>
      <div>
        <p>
          Then only administrators of your organization may approve apps. Send one of them this link. It shows exactly
          what is asked for, and they approve it once for everybody. After that, come back and connect.
        </p>
        <CopyField text={url} what="the admin consent link" />
      </div>
    </details>
  );
}
