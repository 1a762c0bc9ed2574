import type { Context } from '../context.ts';
import { eventsOf } from '../graph/mailboxes.ts';
import type { TeamsMeeting } from '../graph/online-meeting.ts';

/** Somebody who was in a meeting, as Teams shows them. */
export type Present = { userId: string | null; tenantId: string | null; displayName: string; emailAddress: string };

/** The organizer, then everybody who was invited. */
export function presentIn(context: Context, meeting: TeamsMeeting): Present[] {
  const names = invitedNames(context, meeting);
  const invited = meeting.attendees.map(({ upn, userId }) => inDirectory(context, userId) ?? outsider(upn, names));
  return [inDirectory(context, meeting.organizerId), ...invited].filter((one) => one !== undefined);
}

/** The names of at least two people. */
export function speakersOf(context: Context, meeting: TeamsMeeting): string[] {
  const names = presentIn(context, meeting).map(({ displayName }) => displayName);
  return names.length > 1 ? names : [...names, 'Guest'];
}

function inDirectory({ directory }: Context, userId: string | null): Present | undefined {
  const user = directory.users.get(userId ?? '');
  if (user === undefined) return undefined;
  const { id, tenantId, displayName, mail, userPrincipalName } = user;
  return { userId: id, tenantId, displayName, emailAddress: mail ?? userPrincipalName };
}

function outsider(address: string, names: Map<string, string>): Present {
  const displayName = names.get(address.toLowerCase()) || address;
  return { userId: null, tenantId: null, displayName, emailAddress: address };
}

/** The names under which the meeting's event invites people, by address. */
function invitedNames({ mailboxes }: Context, meeting: TeamsMeeting): Map<string, string> {
  const event = eventsOf(mailboxes, meeting.organizerId).find((one) => one.meeting?.joinUrl === meeting.joinWebUrl);
  return new Map(
    event?.attendees.map(({ emailAddress: { address, name } }) => [address.toLowerCase(), name] as const) ?? [],
  );
}
