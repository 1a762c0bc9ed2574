import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { connectionsQuery } from '../api/queries.ts';
import { useMe } from '../shell/me.ts';

/** The way to the diagnosis of a connection, for those who may run it. */
export function DiagnoseLink({ connectionId, words }: { connectionId: string | null; words: string }) {
  const { member, mayManage } = useMe();
  const { data: connections = [] } = useQuery(connectionsQuery);
  const owner = connections.find(({ id }) => id === connectionId)?.memberId;
  if (owner === undefined || (owner !== member.id && !mayManage)) return null;
  return (
    <Link to="/microsoft-365/diagnostics" search={owner === member.id ? {} : { member: owner }}>
      {words}
    </Link>
  );
}
