import { useQuery } from '@tanstack/react-query';
import { connectionsQuery, type Connection } from '../api/queries.ts';
import { Actions } from '../parts/page.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { connectionStates } from './connection-states.ts';
import { DisconnectButton } from './disconnect-button.tsx';
import styles from './integrations.module.css';
import { RenewalLink } from './renewal-link.tsx';

/** Accounts of people who are no members: an application asked them to connect, by a link. */
export function OutsideConnections() {
  const { data: connections = [] } = useQuery(connectionsQuery);
  const outside = connections.filter(({ memberId }) => memberId === null);
  if (outside.length === 0) return null;
  return (
    <section className={styles.others} aria-labelledby="outside-connections">
      <h2 id="outside-connections">Connected by a link</h2>
      <p>These people are no members of this workspace. An application of yours asked them to connect.</p>
      <ul>
        {outside.map((connection) => (
          <OutsideConnection key={connection.id} connection={connection} />
        ))}
      </ul>
    </section>
  );
}

function OutsideConnection({ connection }: { connection: Connection }) {
  const { accountName, accountEmail, externalId, state } = connection;
  const account = accountEmail ?? 'an account without an address';
  return (
    <li className={styles.outside}>
      <span>
        {accountName ?? account} {accountName !== null && <span>{account}</span>}
        {externalId !== null && <small>Your application calls this person {externalId}</small>}
      </span>
      <StateLabel {...connectionStates[state]} />
      <Actions>
        {state !== 'personal_account' && <RenewalLink connection={connection} />}
        <DisconnectButton connection={connection} />
      </Actions>
    </li>
  );
}
