import type { ConnectionRow } from '../../connections/connection.ts';
import { isRemoved, manageUrlPlaceholder, type MeetingRow } from '../../meetings/meeting.ts';
import { calendarIdOf } from './calendars.ts';
import { teamsProvider } from './conferencing.ts';
import { epoch } from './envelope.ts';

/** An event as version 3 has it. */
export function presentEventV3(row: MeetingRow, grant: ConnectionRow) {
  const organizer = { email: grant.account_email ?? '', name: grant.account_name ?? '' };
  return {
    ...common(row, grant),
    grant_id: grant.id,
    participants: row.attendees.map(({ email, name }) => ({ email, ...(name && { name }), status: 'noreply' })),
    organizer,
    creator: organizer,
    visibility: 'default',
    reminders: { use_default: true, overrides: [] },
    created_at: epoch(row.created_at),
    updated_at: epoch(row.updated_at),
  };
}

/** An event as version 2 has it; `jobStatusId` tells what becomes of what was wanted last. */
export function presentEventV2(row: MeetingRow, grant: ConnectionRow, jobStatusId: string) {
  const { account_email: email, account_name: name } = grant;
  return {
    ...common(row, grant),
    account_id: grant.id,
    participants: row.attendees.map(({ email: address, name: called }) => ({
      email: address,
      name: called ?? '',
      status: 'noreply',
      comment: null,
    })),
    owner: email === null ? '' : name ? `"${name}" <${email}>` : email,
    organizer_email: email ?? '',
    organizer_name: name ?? '',
    visibility: '',
    updated_at: epoch(row.updated_at),
    job_status_id: jobStatusId,
  };
}

/** The text of an invitation as it is shown to applications: without the place of a visitor's own link. */
export function descriptionOf({ body_html: html }: Pick<MeetingRow, 'body_html'>): string {
  return html.replaceAll(manageUrlPlaceholder, '');
}

function common(row: MeetingRow, grant: ConnectionRow) {
  const conferencing = conferencingOf(row);
  return {
    id: row.id,
    object: 'event',
    calendar_id: calendarIdOf(grant),
    title: row.subject,
    description: descriptionOf(row),
    busy: true,
    read_only: false,
    hide_participants: false,
    when: {
      object: 'timespan',
      start_time: epoch(row.starts_at),
      end_time: epoch(row.ends_at),
      start_timezone: row.time_zone,
      end_timezone: row.time_zone,
    },
    ...(conferencing && { conferencing }),
    ...(row.ical_uid !== null && { ical_uid: row.ical_uid }),
    ...(row.web_link !== null && { html_link: row.web_link }),
    status: row.wanted === 'cancelled' || isRemoved(row) ? 'cancelled' : 'confirmed',
    metadata: row.metadata,
  };
}

/** Never without a provider: its clients read it from whatever is there. */
function conferencingOf({ kind, join_url: url, external_conference: conference }: MeetingRow) {
  if (kind !== 'external') return { provider: teamsProvider, ...(url !== null && { details: { url } }) };
  if (!conference) return undefined;
  const { provider, meetingCode, ...details } = conference;
  return { provider, details: { ...details, ...(meetingCode !== undefined && { meeting_code: meetingCode }) } };
}
