import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { connectionsQuery } from '../api/queries.ts';
import { useMe } from '../shell/me.ts';

type Props = { connectionId: string | null; tenantConnectionId?: string | null; words: string };

/** The way to the diagnosis of a connection, or of a whole tenant, for those who may run it. */
export function DiagnoseLink({ connectionId, tenantConnectionId, words }: Props) {
  const { member, mayManage } = useMe();
  const { data: connections = [] } = useQuery(connectionsQuery);
  if (tenantConnectionId && mayManage) {
    return (
      <Link to="/microsoft-365/diagnostics" search={{ tenant: tenantConnectionId }}>
        {words}
      </Link>
    );
  }
  const owner = connections.find(({ id }) => id === connectionId)?.memberId;
  // Somebody who is no member is diagnosed by nobody here: their way is to connect again.
  if (!owner || (owner !== member.id && !mayManage)) return null;
  return (
    <Link to="/microsoft-365/diagnostics" search={owner === member.id ? {} : { member: owner }}>
      {words}
    </Link>
  );
}
