import type { NylasType } from '../../webhooks/format.ts';
import { notification, type Notification } from './notification.ts';

const grant = {
  grant_id: 'con_sample',
  integration_id: 'app_sample',
  provider: 'microsoft',
  email: 'dana.reyes@example.com',
};
const connected = {
  ...grant,
  name: 'Dana Reyes',
  scope: ['Calendars.ReadWrite', 'OnlineMeetings.ReadWrite'],
  metadata: {},
};
const named = { object: 'event', id: 'mtg_sample', grant_id: 'con_sample', calendar_id: 'cal_sample' };
const event = {
  ...named,
  title: 'Sample event',
  description: '',
  busy: true,
  read_only: false,
  participants: [{ email: 'sam@example.com', name: 'Sam Okafor', status: 'noreply' }],
  when: {
    object: 'timespan',
    start_time: 1795417200,
    end_time: 1795419000,
    start_timezone: 'Europe/Berlin',
    end_timezone: 'Europe/Berlin',
  },
  conferencing: { provider: 'Microsoft Teams', details: { url: 'https://teams.microsoft.com/l/meetup-join/sample' } },
  ical_uid: 'sample',
  html_link: 'https://outlook.office.com/calendar/item/sample',
  status: 'confirmed',
  metadata: {},
  created_at: 1795330800,
  updated_at: 1795330800,
};

const objects: Record<NylasType, Record<string, unknown>> = {
  'event.created': event,
  'event.updated': event,
  'event.deleted': named,
  'grant.created': { code: 25012, ...connected },
  'grant.updated': { code: 25014, ...connected, reauthentication_flag: true },
  'grant.deleted': { code: 25013, grant_id: grant.grant_id, provider: grant.provider },
  'grant.expired': { code: 25009, ...grant, grant_updated_at: 1795330800 },
};

/** A message of a type, about a thing that does not exist. */
export function sample(type: NylasType, about: { id: string; at: Date; workspaceId: string }): Notification {
  return notification(type, { ...about, object: objects[type] });
}
