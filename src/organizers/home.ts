import type { Selectable } from 'kysely';
import type { Connections } from '../database/schema.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import type { Mailbox } from './mailbox.ts';
import type { OrganizerRow } from './organizer.ts';

/** Where a meeting lives from its first day on: the organizer's mailbox, and by which authorization it was chosen. */
export type Home = {
  mailbox: Mailbox;
  connectionId: string | null;
};

type ConnectionPart = Pick<Selectable<Connections>, 'id' | 'tenant_id' | 'object_id'>;

/** The mailbox of somebody who has connected it themselves. */
export function homeOfConnection(workspaceId: string, row: ConnectionPart): Home {
  const mailbox: Mailbox = {
    workspaceId,
    tenantId: row.tenant_id,
    organizerId: row.object_id,
    access: 'delegated',
    tenantConnectionId: null,
  };
  return { mailbox, connectionId: row.id };
}

/** The mailbox of an organizer of a whole tenant. Whether they are allowed is asked before. */
export function homeOfOrganizer({ organizer, tenant }: { organizer: OrganizerRow; tenant: TenantRow }): Home {
  const mailbox: Mailbox = {
    workspaceId: organizer.workspace_id,
    tenantId: tenant.tenant_id,
    organizerId: organizer.object_id,
    access: 'app-only',
    tenantConnectionId: tenant.id,
  };
  return { mailbox, connectionId: null };
}
