import type { ArtifactKind } from '../../database/schema.ts';
import { splitScopes } from '../../connections/connection.ts';
import type { CalendarAccess } from '../../microsoft/calendar.ts';
import { findOnlineMeetingByJoinUrl, getOnlineMeeting, type OnlineMeeting } from '../../microsoft/online-meetings.ts';
import { missingRoles, missingScopes, requiredPermissions } from '../../microsoft/permissions.ts';
import type { OrganizerRow } from '../../organizers/organizer.ts';
import { known, tenantOf, type Context } from '../check.ts';
import { mailboxOf, ownMailbox, recordedGraph } from './asking.ts';
import { allowedOrganizers, displayName } from './people.ts';

/** What a kind of artifact is called, and what it takes. */
export const artifactNeeds = {
  recording: {
    feature: 'recordings',
    permission: 'OnlineMeetingRecording.Read.All',
    one: 'recording',
    many: 'recordings',
  },
  transcript: {
    feature: 'transcripts',
    permission: 'OnlineMeetingTranscript.Read.All',
    one: 'transcript',
    many: 'transcripts',
  },
  attendance: {
    feature: 'attendance',
    permission: 'OnlineMeetingArtifact.Read.All',
    one: 'attendance report',
    many: 'attendance reports',
  },
} as const satisfies Record<ArtifactKind, object>;

/** Somebody whose meetings leave something behind, and how Parley asks for it. */
export type Owner = {
  name: string;
  objectId: string;
  access: CalendarAccess;
  /** Where it is an organizer of a tenant; a person's own connection has none. */
  organizer: OrganizerRow | undefined;
};

export type Owners = { organizers: Owner[]; more: number };

/** Whether somebody wants this kind: a feature of the tenant, or a scope that this server asks people for. */
export function isWanted(context: Context, kind: ArtifactKind): boolean {
  const { feature, permission } = artifactNeeds[kind];
  if (context.tenant) return context.tenant.features.includes(feature);
  const connection = known(context, 'connection');
  const scopes = [...splitScopes(context.settings.scopes), ...splitScopes(connection.granted_scopes)];
  return missingScopes([permission], scopes).length === 0;
}

/** The permissions that this kind takes and that were not granted: its own, and the one by which meetings are found. */
export function missingFor(context: Context, kind: ArtifactKind): string[] {
  const { feature } = artifactNeeds[kind];
  const names = (access: 'delegated' | 'app-only') =>
    requiredPermissions([feature], access, false).map(({ name }) => name);
  if (context.tenant) return missingRoles(names('app-only'), known(context, 'app-token').roles);
  const granted = splitScopes(known(context, 'connection').granted_scopes);
  return missingRoles(missingScopes(names('delegated'), granted), granted);
}

/** Whose meetings are looked at: the tenant's allowed organizers, or whoever the connection belongs to. */
export async function ownersOf(context: Context): Promise<Owners> {
  if (!context.tenant) {
    const { object_id: objectId } = known(context, 'connection');
    const access = ownMailbox(context);
    return { organizers: [{ name: 'This account', objectId, access, organizer: undefined }], more: 0 };
  }
  const { organizers, more } = await allowedOrganizers(context);
  return {
    organizers: organizers.map((organizer) => ({
      name: displayName(organizer),
      objectId: organizer.object_id,
      access: mailboxOf(context, organizer.object_id),
      organizer,
    })),
    more,
  };
}

/** The tenant, as the rows of meetings name it, and the workspace that is looked at. */
export function placeOfMeetings(context: Context): { workspaceId: string; tenantId: string } {
  if (context.tenant) {
    const { workspace_id: workspaceId, tenant_id: tenantId } = tenantOf(context);
    return { workspaceId, tenantId };
  }
  const { workspace_id: workspaceId, tenant_id: tenantId } = known(context, 'connection');
  return { workspaceId, tenantId };
}

/** Teams expires meetings 60 days after their end (Graph contract 5.3). */
const keptMs = 60 * 86_400_000;

/**
 * A meeting of an owner's calendar, as Teams knows it: the last one that was held, or else, for what can be seen before, the
 * next one. `undefined` where there is none yet, or Teams has it no more.
 */
export async function meetingOf(
  context: Context,
  owner: Owner,
  which: 'held' | 'next or held',
): Promise<OnlineMeeting | undefined> {
  const row =
    (which === 'held' ? undefined : await rowOf(context, owner, 'next')) ?? (await rowOf(context, owner, 'held'));
  if (!row?.join_url) return undefined;
  const graph = recordedGraph(context);
  if (row.online_meeting_id) return getOnlineMeeting(graph, owner.access, { onlineMeetingId: row.online_meeting_id });
  return findOnlineMeetingByJoinUrl(graph, owner.access, { joinUrl: row.join_url });
}

async function rowOf(context: Context, owner: Owner, which: 'held' | 'next') {
  const now = context.now();
  const { workspaceId, tenantId } = placeOfMeetings(context);
  const meetings = context.db
    .selectFrom('meetings')
    .select(['join_url', 'online_meeting_id'])
    .where('workspace_id', '=', workspaceId)
    .where('tenant_id', '=', tenantId)
    .where('organizer_id', '=', owner.objectId)
    .where('kind', '=', 'calendar')
    .where('wanted', '=', 'scheduled')
    .where('join_url', 'is not', null)
    .limit(1);
  if (which === 'next') return meetings.where('starts_at', '>', now).orderBy('starts_at').executeTakeFirst();
  return meetings
    .where('ends_at', '<=', now)
    .where('ends_at', '>', new Date(now.getTime() - keptMs))
    .orderBy('ends_at', 'desc')
    .executeTakeFirst();
}
