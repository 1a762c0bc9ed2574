import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';

/**
 * People, by their addresses, in the order in which it is their turn: whose calendar was given no meeting yet comes first,
 * by name, and who was given one last comes last. `note`: only meetings with this among their notes count.
 */
export async function inTurn(
  { db }: { db: Kysely<Database> },
  {
    workspaceId,
    addresses,
    note,
  }: {
    workspaceId: string;
    addresses: readonly string[];
    note: { key: string; value: string } | undefined;
  },
): Promise<string[]> {
  const wanted = addresses.map((address) => address.toLowerCase());
  const counted = note ? sql`and meetings.metadata @> ${JSON.stringify({ [note.key]: note.value })}::jsonb` : sql``;
  const { rows } = await sql<{ address: string; last: Date }>`
    select people.address, max(meetings.created_at) as last
    from (
      select lower(account_email) as address, tenant_id, object_id from connections where workspace_id = ${workspaceId}
      union
      select lower(user_principal_name), tenant_id, object_id
      from organizers join tenant_connections on tenant_connections.id = tenant_connection_id
      where organizers.workspace_id = ${workspaceId}
    ) people
    join meetings on meetings.workspace_id = ${workspaceId} and meetings.tenant_id = people.tenant_id
      and meetings.organizer_id = people.object_id and meetings.wanted = 'scheduled' ${counted}
    where people.address = any(${wanted})
    group by people.address
  `.execute(db);
  const last = new Map(rows.map((row) => [row.address, row.last.getTime()]));
  const timeOf = (address: string) => last.get(address.toLowerCase()) ?? 0;
  return addresses.toSorted((one, other) => timeOf(one) - timeOf(other) || one.localeCompare(other));
}
