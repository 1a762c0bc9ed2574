import type { User } from '../directory.ts';
import { isPersonal, mailboxUser, primaryAddress } from './access.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, jsonBody, optional, serviceRoot } from './call.ts';
import { badBody, itemNotFound } from './graph-error.ts';
import type { Calendar } from './mailboxes.ts';
import { addCalendar, calendarsOf, defaultCalendar } from './mailboxes.ts';
import { project, selectedProperties } from './odata-page.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

export const calendarRoutes: Route[] = underUser([
  ['GET', '/calendar', 'read calendar', (call) => calendarReply(call, 200, calendarOf(call))],
  ['GET', '/calendars', 'read calendar', list],
  ['POST', '/calendars', 'write calendar', create],
  ['GET', '/calendars/:calendar', 'read calendar', (call) => calendarReply(call, 200, calendarOf(call))],
]);

/** The calendar that the path names: the default one, or one by id; 404 when it is not this mailbox's. */
export function calendarOf(call: Call): Calendar {
  const user = mailboxUser(call);
  const id = call.params['calendar'];
  if (id === undefined) return defaultCalendar(call.context.mailboxes, user.id);
  const calendar = calendarsOf(call.context.mailboxes, user.id).find((one) => one.id === id);
  if (calendar === undefined) throw itemNotFound();
  return calendar;
}

function list(call: Call): Reply {
  const user = mailboxUser(call);
  const selected = selectedProperties(call, properties, 'calendar');
  const value = calendarsOf(call.context.mailboxes, user.id).map((calendar) =>
    project(calendarJson(user, calendar), selected),
  );
  const context = `${serviceRoot(call)}/$metadata#${contextOwner(ownerKey(user))}/calendars`;
  return { status: 200, body: { '@odata.context': context, value } };
}

function create(call: Call): Reply {
  const user = mailboxUser(call);
  const name = optional(jsonBody(call), 'name', 'string');
  if (name === undefined || name === '') throw badBody("The property 'name' is required.");
  const { mailboxes } = call.context;
  defaultCalendar(mailboxes, user.id);
  return calendarReply(call, 201, addCalendar(mailboxes, user.id, name));
}

function calendarReply(call: Call, status: number, calendar: Calendar): Reply {
  const user = mailboxUser(call);
  const selected = selectedProperties(call, properties, 'calendar');
  const context = `${serviceRoot(call)}/$metadata#${contextOwner(ownerKey(user))}/calendars/$entity`;
  return { status, body: { '@odata.context': context, ...project(calendarJson(user, calendar), selected) } };
}

/** How `@odata.context` names the mailbox: object id, or the address of a personal account. */
export function ownerKey(user: User): string {
  return isPersonal(user) ? primaryAddress(user) : user.id;
}

function calendarJson(user: User, calendar: Calendar): Record<string, unknown> {
  const providers = user.mailbox?.allowedOnlineMeetingProviders ?? [];
  return {
    id: calendar.id,
    name: calendar.name,
    color: 'auto',
    hexColor: '',
    isDefaultCalendar: calendar.isDefault,
    changeKey: calendar.changeKey,
    canShare: true,
    canViewPrivateItems: true,
    canEdit: true,
    allowedOnlineMeetingProviders: providers,
    defaultOnlineMeetingProvider: user.mailbox?.defaultOnlineMeetingProvider ?? 'unknown',
    isTallyingResponses: calendar.isDefault,
    isRemovable: !calendar.isDefault,
    owner: { name: user.displayName, address: primaryAddress(user) },
  };
}

const properties: ReadonlySet<string> = new Set([
  'id',
  'name',
  'color',
  'hexColor',
  'isDefaultCalendar',
  'changeKey',
  'canShare',
  'canViewPrivateItems',
  'canEdit',
  'allowedOnlineMeetingProviders',
  'defaultOnlineMeetingProvider',
  'isTallyingResponses',
  'isRemovable',
  'owner',
]);
