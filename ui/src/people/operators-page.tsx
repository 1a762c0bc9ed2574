import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { connectionsQuery, membersQuery, type Connection, type Member } from '../api/queries.ts';
import { QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { StateLabel, type State } from '../parts/state-label.tsx';
import { cityOf } from '../parts/when.ts';
import { PeopleFrame } from './people-frame.tsx';
import styles from './people.module.css';

const roles: Record<Member['role'], string> = {
  owner: 'Owner',
  admin: 'Administrator',
  operator: 'Operator',
  viewer: 'Viewer',
};

/** The members of the workspace: what they may do, where they work, and whether they are connected. */
export function OperatorsPage() {
  const { data, error, refetch } = useQuery(membersQuery);
  const { data: connections } = useQuery(connectionsQuery);
  return (
    <PeopleFrame>
      {!data && !error && <SkeletonRows rows={4} height="60px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && (
        <section className={sheets.group} aria-label="Operators">
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">May</th>
                <th scope="col">Time zone</th>
                <th scope="col">Microsoft Teams</th>
                <th scope="col">
                  <span className="visually-hidden">Availability</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((member) => (
                <tr key={member.id}>
                  <th scope="row">
                    {member.name}
                    <span className={styles.under}>{member.email}</span>
                  </th>
                  <td>{roles[member.role]}</td>
                  <td>{cityOf(member.timeZone)}</td>
                  <td>{connections ? <StateLabel {...stateOf(member, connections)} /> : '\u00a0'}</td>
                  <td className={styles.rowActions}>
                    <Link
                      to="/availability"
                      search={{ member: member.id }}
                      aria-label={`Availability of ${member.name}`}
                    >
                      Availability
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </PeopleFrame>
  );
}

function stateOf({ id }: Member, connections: Connection[]): State {
  const connection = connections.find(({ memberId }) => memberId === id);
  if (!connection) return { tone: 'quiet', words: 'No connection of their own' };
  if (connection.state === 'reconnect_needed') return { tone: 'problem', words: 'Needs to reconnect' };
  return { tone: 'good', words: 'Connected' };
}
