import { Checkmark20Filled, Dismiss20Filled } from '@fluentui/react-icons';
import type { Connection } from '../api/queries.ts';
import { ConnectButton } from './connect-button.tsx';
import { ConnectionFacts } from './connected.tsx';
import { DisconnectButton } from './disconnect-button.tsx';
import styles from './integrations.module.css';

/** A personal account is connected: what works with it, what does not, and what visitors see meanwhile. */
export function PersonalAccount({ connection }: { connection: Connection }) {
  return (
    <>
      <h3>This is a personal Microsoft account, so it cannot hold Teams meetings</h3>
      <p>
        Microsoft makes Teams meetings for work and school accounts only. Connecting this account again changes nothing.
      </p>
      <ul className={styles.asks}>
        <li>
          <Checkmark20Filled aria-hidden />
          Signing in to Microsoft with it works.
        </li>
        <li className={styles.not}>
          <Dismiss20Filled aria-hidden />
          Making Teams meetings does not work, so nobody can book you.
        </li>
        <li className={styles.not}>
          <Dismiss20Filled aria-hidden />
          Visitors of your booking pages read that you are not taking online bookings at the moment.
        </li>
      </ul>
      <ConnectButton words="Connect a work or school account" />
      <ConnectionFacts connection={connection} />
      <DisconnectButton connection={connection} />
    </>
  );
}
