import { useQuery } from '@tanstack/react-query';
import { connectionsQuery, membersQuery } from '../api/queries.ts';
import { StateLabel } from '../parts/state-label.tsx';
import { useMe } from '../shell/me.ts';
import { connectionStates } from './connection-states.ts';
import styles from './integrations.module.css';

/** How the other people of the workspace are connected. Everybody connects for themselves. */
export function Colleagues() {
  const { member: me } = useMe();
  const { data: members = [] } = useQuery(membersQuery);
  const { data: connections } = useQuery(connectionsQuery);
  const others = members.filter(({ id }) => id !== me.id);
  if (others.length === 0 || !connections) return null;
  return (
    <section className={styles.others}>
      <h2>The others in this workspace</h2>
      <ul>
        {others.map(({ id, name }) => {
          const connection = connections.find(({ memberId }) => memberId === id);
          return (
            <li key={id}>
              <span>
                {name} <span>{connection?.accountEmail}</span>
              </span>
              <StateLabel
                {...(connection ? connectionStates[connection.state] : { tone: 'quiet', words: 'Not connected' })}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
