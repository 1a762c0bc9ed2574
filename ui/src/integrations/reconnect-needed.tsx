import { Dismiss20Filled } from '@fluentui/react-icons';
import type { Connection } from '../api/queries.ts';
import { DiagnoseLink } from '../diagnostics/diagnose-link.tsx';
import { Actions } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { AdminApproval } from './admin-approval.tsx';
import { ConnectButton } from './connect-button.tsx';
import { ConnectionFacts } from './connected.tsx';
import { DisconnectButton } from './disconnect-button.tsx';
import styles from './integrations.module.css';
import { permissionWords } from './permission-words.ts';

type Props = { connection: Connection; adminConsentUrl: string | null };

/** Microsoft does not accept the connection any more, or does not let it do enough: why, and the way back. */
export function ReconnectNeeded({ connection, adminConsentUrl }: Props) {
  const { problem, missingScopes } = connection;
  return (
    <>
      {problem && (
        <div className={styles.wide}>
          <ProblemView problem={missingScopes.length > 0 ? { ...problem, detail: undefined } : problem}>
            {missingScopes.length > 0 && <Missing scopes={missingScopes} />}
          </ProblemView>
        </div>
      )}
      <p>
        {connection.takesBookings
          ? 'Bookings and meetings go on as before; what needs these permissions has to wait.'
          : 'Until then your booking pages take no bookings. Meetings that are booked keep their time and wait for you.'}
      </p>
      <Actions>
        <ConnectButton words="Reconnect Microsoft Teams" />
      </Actions>
      <DiagnoseLink connectionId={connection.id} words="Run the diagnosis" />
      <AdminApproval url={adminConsentUrl} />
      <ConnectionFacts connection={connection} />
      <DisconnectButton connection={connection} />
    </>
  );
}

function Missing({ scopes }: { scopes: string[] }) {
  return (
    <>
      <p>Parley may not yet:</p>
      <ul className={styles.asks}>
        {scopes.map((scope) => (
          <li key={scope} className={styles.not}>
            <Dismiss20Filled aria-hidden />
            {permissionWords(scope)}
          </li>
        ))}
      </ul>
    </>
  );
}
