import type { Attendee } from '../../database/schema.ts';
import { findUsers } from '../../microsoft/directory.ts';
import type { MatchField } from '../../microsoft/match-fields.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { findTenantOfMailbox } from '../../tenants/service.ts';
import { mailboxOf } from '../meeting.ts';
import type { Call } from './call.ts';

/**
 * Looks for visitors in the tenant's directory, by its rule: who is found there is invited at their own address. Nobody
 * is guessed: of none or several, the address that was typed stays, and the meeting is made all the same.
 */
export async function identifyAttendees(call: Call): Promise<Call> {
  const { deps, row } = call;
  if (row.access !== 'app-only' || !row.attendees.some(isOpen)) return call;
  const tenant = await findTenantOfMailbox(deps, mailboxOf(row));
  if (!tenant) return call;
  const attendees: Attendee[] = [];
  for (const attendee of row.attendees)
    attendees.push(isOpen(attendee) ? await identify(call, tenant.identity_rules.visitor.remote, attendee) : attendee);
  await deps.db
    .updateTable('meetings')
    .set({ attendees: JSON.stringify(attendees) })
    .where('id', '=', row.id)
    .where('revision', '=', row.revision)
    .execute();
  return { ...call, row: { ...row, attendees } };
}

function isOpen({ match, objectId, unmatched }: Attendee): boolean {
  return match !== undefined && objectId === undefined && unmatched === undefined;
}

async function identify({ graph, access }: Call, field: MatchField, attendee: Attendee): Promise<Attendee> {
  const value = attendee.match ?? '';
  try {
    const found = await findUsers(graph, access.accessToken, { field, value }, { signal: access.signal });
    const [user, another] = found.filter(({ accountEnabled }) => accountEnabled !== false);
    if (another) return { ...attendee, unmatched: 'several' };
    const address = user?.mail ?? user?.userPrincipalName;
    return user && address ? { ...attendee, email: address, objectId: user.id } : { ...attendee, unmatched: 'none' };
  } catch (error) {
    // Whatever passes is tried again with the meeting; a permission that is lacking does not cost it.
    if (toProblem(error).code !== 'directory_permission_missing') throw error;
    return { ...attendee, unmatched: 'not_permitted' };
  }
}
