import { manageUrlPlaceholder, type MeetingRow } from '../../meetings/meeting.ts';
import { epoch } from './envelope.ts';

/** A meeting as an event of version 3, in the calendar of the connection that it is made through. */
export function presentEvent(row: MeetingRow, grantId: string) {
  return {
    id: row.id,
    grant_id: grantId,
    object: 'event' as const,
    calendar_id: 'primary',
    title: row.subject,
    description: row.body_html.replaceAll(manageUrlPlaceholder, ''),
    busy: true,
    read_only: false,
    participants: row.attendees.map(({ name, email }) => ({ email, name: name ?? null, status: 'noreply' as const })),
    when: {
      object: 'timespan' as const,
      start_time: epoch(row.starts_at),
      end_time: epoch(row.ends_at),
      start_timezone: row.time_zone,
      end_timezone: row.time_zone,
    },
    ...conferencing(row),
    ical_uid: row.ical_uid,
    html_link: row.web_link,
    status: row.wanted === 'cancelled' ? ('cancelled' as const) : ('confirmed' as const),
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
  const { provider, url: address, meetingCode, password, pin, phone } = external;
  const details = { url: address, meeting_code: meetingCode, password, pin, phone };
  return { conferencing: { provider, details } };
}
