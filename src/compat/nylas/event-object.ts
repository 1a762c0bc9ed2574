import type { ConnectionRow } from '../../connections/connection.ts';
import { manageUrlPlaceholder, type MeetingRow } from '../../meetings/meeting.ts';
import { epoch } from './envelope.ts';

/** A mailbox has one calendar in which meetings are made: its own. */
export function calendarIdOf({ id }: Pick<ConnectionRow, 'id'>): string {
  return id.replace(/^con_/, 'cal_');
}

/** A meeting as an event of version 3, in the calendar of the connection that it is made through. */
export function presentEventV3(row: MeetingRow, grant: ConnectionRow) {
  const organizer = { email: grant.account_email ?? '', name: grant.account_name ?? '' };
  return {
    id: row.id,
    object: 'event',
    grant_id: grant.id,
    calendar_id: calendarIdOf(grant),
    title: row.subject,
    description: row.body_html.replaceAll(manageUrlPlaceholder, ''),
    busy: true,
    read_only: false,
    participants: row.attendees.map(({ name, email }) => ({ email, ...(name && { name }), status: 'noreply' })),
    organizer,
    creator: organizer,
    when: {
      object: 'timespan',
      start_time: epoch(row.starts_at),
      end_time: epoch(row.ends_at),
      start_timezone: row.time_zone,
      end_timezone: row.time_zone,
    },
    ...conferencing(row),
    ...(row.ical_uid !== null && { ical_uid: row.ical_uid }),
    ...(row.web_link !== null && { html_link: row.web_link }),
    status: row.wanted === 'cancelled' ? 'cancelled' : 'confirmed',
    metadata: row.metadata,
    created_at: epoch(row.created_at),
    updated_at: epoch(row.updated_at),
  };
}

/** Never without `provider`: its clients read it wherever there is a conference. */
function conferencing({ kind, join_url: url, external_conference: external }: MeetingRow) {
  if (kind !== 'external')
    return { conferencing: { provider: 'Microsoft Teams', ...(url !== null && { details: { url } }) } };
  if (!external) return {};
  const { provider, meetingCode, ...details } = external;
  return { conferencing: { provider, details: { ...details, ...(meetingCode && { meeting_code: meetingCode }) } } };
}
