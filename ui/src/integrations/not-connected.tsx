import { Checkmark20Filled, Info20Regular } from '@fluentui/react-icons';
import type { Integration } from '../api/queries.ts';
import { AdminApproval } from './admin-approval.tsx';
import { ConnectButton } from './connect-button.tsx';
import styles from './integrations.module.css';
import { permissionWords, worthNaming } from './permission-words.ts';

/** Ready to connect: what Microsoft will ask, and which accounts can hold meetings. */
export function NotConnected({ integration: { scopes, adminConsentUrl } }: { integration: Integration }) {
  return (
    <>
      <p>Microsoft will ask you to let Parley do this, for your account only:</p>
      <Permissions scopes={scopes} />
      <div className={styles.note}>
        <Info20Regular aria-hidden />
        <p>
          Use your work or school account. Personal Microsoft accounts, such as those of outlook.com, can sign in but
          cannot hold Teams meetings.
        </p>
      </div>
      <ConnectButton words="Connect Microsoft Teams" />
      <AdminApproval url={adminConsentUrl} />
    </>
  );
}

/** Permissions in plain words. */
export function Permissions({ scopes }: { scopes: string[] }) {
  return (
    <ul className={styles.asks}>
      {worthNaming(scopes).map((scope) => (
        <li key={scope}>
          <Checkmark20Filled aria-hidden />
          {permissionWords(scope)}
        </li>
      ))}
    </ul>
  );
}
