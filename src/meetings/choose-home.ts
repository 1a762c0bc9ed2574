import { z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { principalScope, type Principal } from '../access/principal.ts';
import { canHoldMeetings, findConnection, getUsableConnection } from '../connections/service.ts';
import type { Database, KindOfMeeting } from '../database/schema.ts';
import { idText, singleLine } from '../http/router.ts';
import { homeOfConnection, homeOfOrganizer, type Home } from '../organizers/home.ts';
import { findOrganizerByUser, findOrganizerOfMember, getOrganizer, requireOrganizer } from '../organizers/service.ts';
import { Problem } from '../problem.ts';
import { featureOf } from '../tenants/tenant.ts';

/** Who is to organize a meeting, as a caller says it. */
export const organizerSchema = z.union([
  z.strictObject({ memberId: idText }),
  z.strictObject({ connectionId: idText }),
  z.strictObject({ organizerId: idText }),
  z.strictObject({ userPrincipalName: singleLine(320), tenantId: idText.optional() }),
]);
type Organizer = z.infer<typeof organizerSchema>;

type Deps = {
  db: Kysely<Database>;
  now: () => Date;
  /** Where a refusal is recorded, whatever becomes of the transaction. */ outsideDb: Kysely<Database>;
};

/** In whose mailbox a new meeting is made. Who may not own one is refused here, before Microsoft is asked anything. */
export async function chooseHome(
  deps: Deps,
  principal: Principal,
  organizer: Organizer,
  kindOfMeeting: KindOfMeeting,
): Promise<Home> {
  // An event takes the same, whoever runs its conference.
  const kind = kindOfMeeting === 'external' ? 'calendar' : kindOfMeeting;
  const { workspaceId } = principal;
  if ('connectionId' in organizer)
    return homeOfConnection(workspaceId, await getUsableConnection(deps, workspaceId, organizer.connectionId, kind));
  const { asked, found } = await findOrganizer(deps, workspaceId, organizer);
  if ('memberId' in organizer) {
    const own = await findConnection(deps, { workspaceId, memberId: organizer.memberId });
    if (own && (canHoldMeetings(own, kind) || !found))
      return homeOfConnection(workspaceId, await getUsableConnection(deps, workspaceId, own.id, kind));
    if (!found) throw new Problem('not_connected');
  }
  const tenantConnectionId = 'tenantId' in organizer ? organizer.tenantId : undefined;
  const context = { workspaceId, asked, by: principalScope(principal), tenantConnectionId };
  const allowed = await requireOrganizer({ ...deps, db: deps.outsideDb }, found, context);
  const feature = featureOf(kind);
  if (allowed.tenant.features.includes(feature)) return homeOfOrganizer(allowed);
  const detail = `The tenant has “${feature}” not switched on.`;
  throw new Problem('missing_permission', { detail });
}

async function findOrganizer(deps: Deps, workspaceId: string, organizer: Exclude<Organizer, { connectionId: string }>) {
  if ('memberId' in organizer) {
    const { memberId } = organizer;
    return { asked: memberId, found: await findOrganizerOfMember(deps, { workspaceId, memberId }) };
  }
  if ('organizerId' in organizer) {
    const { object_id: objectId, tenant_connection_id: tenant } = await getOrganizer(
      deps,
      workspaceId,
      organizer.organizerId,
    );
    return { asked: organizer.organizerId, found: await findOrganizerByUser(deps, workspaceId, { objectId }, tenant) };
  }
  const { userPrincipalName, tenantId } = organizer;
  return {
    asked: userPrincipalName,
    found: await findOrganizerByUser(deps, workspaceId, { userPrincipalName }, tenantId),
  };
}
