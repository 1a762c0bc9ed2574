import type { User } from '../directory.ts';
import { mailboxUser } from './access.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, jsonBody, optional, serviceRoot } from './call.ts';
import { badBody } from './graph-error.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';
import { ianaZone } from './time-zones.ts';

export const mailboxSettingsRoutes: Route[] = underUser([
  ['GET', '/mailboxSettings', 'read mailbox settings', read],
  ['PATCH', '/mailboxSettings', 'write mailbox settings', update],
]);

/** A mailbox's settings; everyone works weekdays from nine to five in the zone of their mailbox. */
export function mailboxSettingsJson(user: User): Record<string, unknown> {
  const timeZone = user.mailbox?.timeZone ?? 'UTC';
  return {
    archiveFolder: '',
    timeZone,
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    userPurpose: 'user',
    automaticRepliesSetting: {
      status: 'disabled',
      externalAudience: 'none',
      internalReplyMessage: '',
      externalReplyMessage: '',
    },
    language: { locale: 'en-US', displayName: 'English (United States)' },
    workingHours: workingHours(timeZone),
  };
}

/** Weekdays from nine to five. */
export function workingHours(timeZone: string): Record<string, unknown> {
  return {
    daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    startTime: '09:00:00.0000000',
    endTime: '17:00:00.0000000',
    timeZone: { name: timeZone },
  };
}

function read(call: Call): Reply {
  return settingsReply(call, mailboxUser(call));
}

function update(call: Call): Reply {
  const user = mailboxUser(call);
  const body = jsonBody(call);
  for (const name of Object.keys(body)) {
    if (!name.includes('@') && !(name in mailboxSettingsJson(user))) {
      throw badBody(`The property '${name}' does not exist on type 'microsoft.graph.mailboxSettings'.`);
    }
  }
  const timeZone = optional(body, 'timeZone', 'string');
  if (timeZone !== undefined) {
    ianaZone(timeZone);
    if (user.mailbox !== null) user.mailbox.timeZone = timeZone;
  }
  return settingsReply(call, user);
}

function settingsReply(call: Call, user: User): Reply {
  const context = `${serviceRoot(call)}/$metadata#${contextOwner(user.id)}/mailboxSettings`;
  return { status: 200, body: { '@odata.context': context, ...mailboxSettingsJson(user) } };
}
