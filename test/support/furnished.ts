import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import { CONTOSO_TENANT_ID, LARKFIELD_TENANT_ID, SINGLE_TENANT_CLIENT_ID } from '../../emulator/seed.ts';
import { createApiKey } from '../../src/access/service.ts';
import { newId } from '../../src/id.ts';
import { operationOf } from '../../src/meetings/operation.ts';
import { getMeeting } from '../../src/meetings/service.ts';
import { createCertificate } from '../../src/microsoft/certificates.ts';
import type { Operation } from './openapi.ts';
import { operationsOf } from './openapi.ts';
import {
  monday,
  publicUrl,
  startDesk,
  startSystem,
  userNamed,
  type ApiClient,
  type Desk,
  type Person,
  type System,
} from './system.ts';
import { addTenant } from './tenant.ts';
import { addArtifact, addTranscript } from './transcripts.ts';

export const start = '2026-11-24T10:00:00+01:00';
export const end = '2026-11-24T10:30:00+01:00';
export const visitor = {
  name: 'Sam Okafor',
  email: 'sam@visitor.example',
  timeZone: 'Europe/London',
  note: 'Two lines\nof text',
  attributes: { studentNumber: 'S-100' },
};

/** What only people who are signed in may do; everything else is asked with a key. */
const forMembers = new Set([
  'GET /v1/me',
  'GET /v1/integrations/teams',
  'DELETE /v1/session',
  'POST /v1/integrations/teams/connect',
  'POST /v1/tenants/{id}/go-live',
]);

/** Calls an operation as somebody of a workspace who may. */
export const as = ({ api, person }: { api: ApiClient; person: Person }, { name }: Operation): ApiClient =>
  forMembers.has(name) ? sessionClient(person) : api;

function sessionClient(person: Person): ApiClient {
  return async (method, path, body, headers = {}) => {
    const answer = await person.send(publicUrl + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : { text } };
  };
}

export type Furnished = Awaited<ReturnType<typeof startFurnished>>;

/** A workspace with one of everything, and a body for every operation that would be accepted. */
export async function startFurnished(t: TestContext) {
  return furnishIn(await startSystem(t, { sendMail: async () => {} }));
}

/** The same in a workspace of its own of a system that there is. */
export async function furnishIn(system: System, { user = 'dana.reyes' } = {}) {
  const desk = await startDesk(system, { user });
  const things = await furnish(system, desk);
  const operations = operationsOf(await (await system.request('/openapi.json')).json());
  const { ids } = things;
  const address = ({ path }: Operation, instead: Record<string, string> = {}) => {
    const own: Record<string, string | undefined> = {
      id: ids[path] ?? ids[path.replace(/\/\{id\}.*/, '')],
      credentialId: things.credentialId,
      step: 'registration',
      externalId: 'crm-1',
      key: holdKey,
      template: 'confirmed',
      locale: 'en',
    };
    return path.replace(/\{(\w+)\}/g, (_, name: string) => {
      return instead[name] ?? own[name] ?? assert.fail(`there is no example of ${name} for ${path}`);
    });
  };
  return { system, desk, operations, address, ...things, ...bodiesOf(desk, things) };
}

const holdKey = 'kept-for-somebody-who-fills-in-the-form';

/** Needed with the address of an operation, as far as its description says so. */
export const queryOf = ({ path }: Operation): string => {
  if (path.endsWith('/slots')) return '?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z';
  if (path.endsWith('/why-not')) return '?date=2026-11-24';
  if (path === '/v1/events') return '?types=meeting.*,booking.confirmed&limit=2';
  if (path === '/v1/transcript-search') return '?q=budget';
  return path === '/v1/holidays' ? '?country=DE&year=2026' : '';
};

/** Makes one of everything, as a caller of the API would where that is quick. */
async function furnish(system: System, desk: Desk) {
  const make = async (path: string, body: object = {}) => {
    const answer = await desk.api('POST', path, body);
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, any> & { id: string }; // oxlint-disable-line typescript/no-explicit-any -- as ApiAnswer
  };
  const booking = await make('/v1/bookings', { eventTypeId: desk.eventType.id, start, visitor });
  const meeting = await make('/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Standing',
    start: '2026-11-25T10:00:00Z',
    end: '2026-11-25T11:00:00Z',
  });
  const member = await make('/v1/members', {
    email: 'leila.haddad@northgate.example',
    name: 'Leila Haddad',
    role: 'operator',
    timeZone: 'Europe/Berlin',
    attributes: { staffNumber: 'N-2001' },
  });
  const { tenantConnectionId, organizer } = await addTenant(system, desk.workspaceId, {
    features: ['meetings', 'standalone-meetings', 'meeting-options', 'free-busy', 'people'],
  });
  const { id: organizerId } = await organizer('marek.dvorak', { policy_state: 'granted' });
  const ofContoso = { name: 'Contoso meetings', clientId: SINGLE_TENANT_CLIENT_ID, tenant: CONTOSO_TENANT_ID };
  const registration = await make('/v1/app-registrations', ofContoso);
  const unused = { name: 'Without a tenant', clientId: '00000000-0000-4000-8000-000000000001' };
  const { id: unusedId } = await make('/v1/app-registrations', { ...unused, tenant: LARKFIELD_TENANT_ID });
  const { id: credentialId } = await make(`/v1/app-registrations/${registration.id}/certificates/import`, {
    name: 'Brought along',
    file: certificateFile('first'),
  });
  const link = await make('/v1/connect-links', { loginHint: 'leila.haddad@northgate.example' });
  const endpoint = await make('/v1/webhook-endpoints', { url: 'https://hooks.visitor.example/parley' });
  const delivery = await make(`/v1/webhook-endpoints/${endpoint.id}/test`);
  const email = await letterOf(system, desk);
  const organisation = await make('/v1/organisations', { name: 'Larch' });
  const contact = await make('/v1/contacts', { name: 'Ada', email: 'ada@larch.example' });
  const timeOff = await make(`/v1/members/${desk.memberId}/time-off`, {
    firstDay: '2026-12-28',
    lastDay: '2026-12-31',
    note: 'Away',
  });
  await make(`/v1/event-types/${desk.eventType.id}/holds`, { start: '2026-11-24T15:00:00+01:00', key: holdKey });
  await system.work();
  const { row: key } = await createApiKey({ db: system.database.db, now: system.clock.now }, desk.workspaceId, 'spare');
  const connection = await system.database.db.selectFrom('connections').select('id').executeTakeFirstOrThrow();
  const kept = { workspaceId: desk.workspaceId, meetingId: meeting.id };
  const ids: Record<string, string> = {
    '/v1/artifacts': await addTranscript(system, kept, ['Dana: The budget.']),
    '/v1/artifacts/{id}/attendance': await addArtifact(system, kept, { kind: 'attendance', attendance: [] }),
    '/v1/api-keys': key.id,
    '/v1/members': member.id,
    '/v1/connections': connection.id,
    '/v1/connect-links': link.id,
    '/v1/event-types': desk.eventType.id,
    '/v1/bookings': booking.id,
    '/v1/meetings': meeting.id,
    '/v1/operations': operationOf(await getMeeting({ db: system.database.db }, desk.workspaceId, meeting.id)).id,
    '/v1/app-registrations': registration.id,
    '/v1/tenants': tenantConnectionId,
    '/v1/organizers': organizerId,
    '/v1/webhook-endpoints': endpoint.id,
    '/v1/webhook-deliveries': delivery.id,
    '/v1/emails': email,
    '/v1/organisations': organisation.id,
    '/v1/contacts': contact.id,
    '/v1/time-off': timeOff.id,
  };
  const found = {
    leila: userNamed(system.emulator, 'leila.haddad').id,
    bookedMeeting: booking['meeting'].id as string,
  };
  return { ids, credentialId, unusedId, memberId: member.id, tenantConnectionId, organizerId, ...found };
}

/** A letter that could not be delivered. */
async function letterOf({ database, clock }: System, { workspaceId }: Desk): Promise<string> {
  const { id } = await database.db
    .insertInto('emails')
    .values({
      id: newId('eml'),
      workspace_id: workspaceId,
      recipient: 'sam@visitor.example',
      subject: 'You are booked',
      text: 'Hello',
      html: '<p>Hello</p>',
      about: `test ${workspaceId}`,
      template: 'confirmed',
      status: 'failed',
      problem: '550 No such mailbox',
      created_at: clock.now(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

type Things = Awaited<ReturnType<typeof furnish>>;

/** A body for every operation that takes one; of those that take several forms, the others too. */
function bodiesOf(desk: Desk, things: Things) {
  const bodies: Record<string, unknown> = {
    ...bodiesOfAccess(things),
    ...bodiesOfMeetings(desk, things),
    ...bodiesOfAvailability(),
    ...bodiesOfRegistrations(),
    ...bodiesOfTenants(things),
    ...bodiesOfWebhooks(),
    ...bodiesOfTeamsApp(),
    ...bodiesOfMail(),
    ...bodiesOfArtifacts(),
    ...bodiesOfPeople(things),
  };
  return { bodies, examples: [...Object.entries(bodies), ...otherForms(bodies, things)] };
}

function bodiesOfArtifacts(): Record<string, unknown> {
  return {
    'PATCH /v1/artifact-settings': {
      downloadRecordings: true,
      showInPortal: true,
      keepDays: { recording: 30, transcript: 90, attendance: 365 },
    },
    'POST /v1/artifacts/{id}/links': { expiresInSeconds: 600 },
    'POST /v1/bookings/{id}/legal-hold': { reason: 'A complaint' },
  };
}

function bodiesOfTeamsApp(): Record<string, unknown> {
  return {
    'PUT /v1/teams-app': {
      name: 'Front desk',
      developerName: 'Desk Example',
      websiteUrl: 'https://desk.example',
      privacyUrl: 'https://desk.example/privacy',
      termsOfUseUrl: 'https://desk.example/terms',
      manifestVersion: '1.19',
    },
  };
}

function bodiesOfAccess({ tenantConnectionId, ids }: Things): Record<string, unknown> {
  const member = { name: 'Milan', role: 'operator', timeZone: 'UTC', attributes: { 'badge.no': '7', team: 'A' } };
  return {
    'POST /v1/api-keys': {
      name: 'CRM',
      permissions: ['bookings:read', 'bookings:write'],
      ipRanges: ['203.0.113.0/24'],
      expiresAt: '2027-11-24T00:00:00Z',
    },
    'PATCH /v1/api-keys/{id}': {
      name: 'CRM',
      permissions: ['bookings:read'],
      ipRanges: ['2001:db8::/32'],
      expiresAt: '2027-11-24T00:00:00Z',
    },
    'POST /v1/api-keys/{id}/rotate': { graceMinutes: 60, expiresAt: '2027-11-24T00:00:00Z' },
    'POST /v1/members': { ...member, email: 'milan@desk.example' },
    'PATCH /v1/members/{id}': member,
    'PATCH /v1/workspace': {
      name: 'Front desk',
      locale: 'de',
      outlookChanges: 'follow',
      embedOrigins: ['https://www.example.org'],
      corsOrigins: ['https://app.example.org'],
      returnUris: ['https://app.example.org/connected'],
    },
    'POST /v1/connect-links': {
      state: 'candidate-17',
      loginHint: 'leila.haddad@northgate.example',
      externalId: 'candidate-17',
      metadata: { team: 'north' },
      expiresInSeconds: 3600,
    },
    'POST /v1/connections/reauthentication': {
      mode: 'notify',
      connectionIds: [ids['/v1/connections']],
      onlyMissingScopes: false,
      cap: 20,
      message: 'We now also make a lobby for your meetings.',
    },
    'POST /v1/diagnostics': { tenantId: tenantConnectionId, roundTrip: false, checks: ['clock'] },
  };
}

const range = { from: '09:00', to: '12:00' };

function bodiesOfAvailability(): Record<string, unknown> {
  return {
    'PUT /v1/members/{id}/schedule': {
      timeZone: 'Europe/Berlin',
      weekly: { mon: [range], overrides: [{ date: '2026-12-24', ranges: [range] }] },
      holidays: { country: 'DE', region: 'BE' },
    },
    'POST /v1/members/{id}/time-off': { firstDay: '2026-12-28', lastDay: '2026-12-31', note: 'Away' },
    'POST /v1/event-types/{id}/holds': {
      start: '2026-11-24T09:00:00+01:00',
      durationMinutes: 30,
      key: 'another-secret-of-a-visitor',
    },
  };
}

const meetingOptions = {
  lobbyBypassSettings: { scope: 'organization', isDialInBypassEnabled: true },
  allowedLobbyAdmitters: 'organizerAndCoOrganizers',
  allowedPresenters: 'organization',
  isEntryExitAnnounced: false,
  allowMeetingChat: 'limited',
  allowTeamworkReactions: true,
  allowAttendeeToEnableCamera: true,
  allowAttendeeToEnableMic: true,
  allowBreakoutRooms: true,
  allowCopyingAndSharingMeetingContent: true,
  allowLiveShare: 'enabled',
  allowPowerPointSharing: true,
  allowWhiteboard: true,
  allowRecording: true,
  allowTranscription: true,
  recordAutomatically: false,
  watermarkProtection: { isEnabledForContentSharing: false, isEnabledForVideo: false },
};

const conference = {
  provider: 'Zoom Meeting',
  url: 'https://zoom.us/j/4721903815',
  meetingCode: '472 190 3815',
  password: 'larch',
  pin: '7781',
  phone: ['+49 30 5557 1234'],
};

function bodiesOfMeetings(desk: Desk, { organizerId }: Things): Record<string, unknown> {
  const eventType = {
    hostId: desk.memberId,
    slug: 'second-call',
    title: 'Second call',
    description: 'What it is about',
    timeZone: 'Europe/Berlin',
    active: true,
    durationMinutes: 30,
    slotStepMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minNoticeMinutes: 60,
    horizonDays: 60,
    schedule: { mon: [range], tue: [range], overrides: [{ date: '2026-12-24', ranges: [range] }] },
    organizer: 'operator',
    meetingKind: 'calendar',
    meetingOptions,
    assignment: 'round_robin',
    durationChoices: [15, 60],
    capacity: 1,
    mostPerDay: 8,
    mostPerWeek: 20,
    busyRules: { allDay: true, tentative: true, outOfOffice: true, workingElsewhere: false },
    needsApproval: false,
    changePolicy: { moveUntilMinutes: 60, cancelUntilMinutes: 60, mostMoves: 3 },
    mostInSeries: 4,
    invitations: 'outlook',
    reminders: [1440, 60],
  };
  const attendees = [{ email: 'mentor@visitor.example', name: 'The mentor', from: 'email' }];
  const series = {
    eventTypeId: desk.eventType.id,
    start: '2026-11-26T14:00:00+01:00',
    every: 'week',
    times: 2,
    durationMinutes: 30,
    operatorId: desk.memberId,
    anyTime: false,
  };
  const meeting = {
    subject: 'Subject',
    start: '2026-11-26T10:00:00Z',
    end: '2026-11-26T11:00:00Z',
    timeZone: 'Europe/Berlin',
    attendees: [{ email: 'sam@visitor.example', name: 'Sam', role: 'attendee' }],
    options: meetingOptions,
  };
  const metadata = { case: '1289', 'Cost center': '' };
  const { options: _, ...plain } = meeting;
  const elsewhere = { ...plain, kind: 'external', conference, metadata };
  return {
    'POST /v1/event-types': eventType,
    'PUT /v1/event-types/{id}': { ...eventType, slug: 'intro-call' },
    'POST /v1/bookings': {
      eventTypeId: desk.eventType.id,
      start: '2026-11-24T11:00:00+01:00',
      visitor: { ...visitor, locale: 'de' },
      attendees,
      teamsMeeting: true,
      approved: true,
      anyTime: false,
    },
    'POST /v1/bookings/{id}/reschedule': { start: '2026-11-24T09:30:00+01:00' },
    'POST /v1/bookings/{id}/cancel': { reason: 'Ill' },
    'PATCH /v1/bookings/{id}': { note: 'By phone', teamsMeeting: true, attendees },
    'POST /v1/bookings/{id}/approve': {
      start: '2026-11-24T13:00:00+01:00',
      durationMinutes: 30,
      operatorId: desk.memberId,
      teamsMeeting: true,
      note: 'Bring your CV.',
    },
    'POST /v1/bookings/{id}/decline': { reason: 'Ill' },
    'POST /v1/booking-series/preview': series,
    'POST /v1/booking-series': { ...series, anyTime: true, visitor, attendees, teamsMeeting: true, approved: true },
    'POST /v1/meetings': {
      ...meeting,
      externalId: 'ticket-1289',
      organizer: { organizerId },
      kind: 'standalone',
      body: 'Text',
      metadata,
    },
    'PUT /v1/meetings/by-external-id/{externalId}': {
      ...elsewhere,
      organizer: { memberId: desk.memberId },
      body: 'Text',
    },
    'PATCH /v1/meetings/{id}': { ...meeting, metadata },
    'POST /v1/meetings/{id}/cancel': { comment: 'Ill' },
    'POST /v1/meetings/{id}/resolve': { action: 'accept', reason: 'Ill' },
  };
}

function bodiesOfRegistrations(): Record<string, unknown> {
  const registration = {
    name: 'Second registration',
    cloud: 'global',
    scopes: ['User.Read', 'Calendars.ReadWrite'],
    redirectUris: [`${publicUrl}/api/teams/callback`],
    assertion: 'RS256',
    usedForSignIn: false,
  };
  const clientId = '00000000-0000-4000-8000-000000000002';
  const at = (path: string) => `POST /v1/app-registrations/{id}${path}`;
  return {
    'POST /v1/app-registrations': { ...registration, clientId, tenant: CONTOSO_TENANT_ID },
    'PATCH /v1/app-registrations/{id}': registration,
    [at('/certificates')]: { name: 'Next year’s', years: 1 },
    [at('/certificates/import')]: { name: 'Our own', file: certificateFile('second'), password: 'none' },
    [at('/secrets')]: { name: 'First', secret: 'abc8Q~visible-text', expiresAt: '2027-11-24T00:00:00Z' },
  };
}

function bodiesOfMail(): Record<string, unknown> {
  const text = { subject: 'Until then, {{visitor.name}}', body: 'Hello {{recipient.name}},\n\n1. Bring coffee.' };
  return {
    'PUT /v1/email-templates/{template}/{locale}': text,
    'POST /v1/email-templates/{template}/{locale}/preview': text,
  };
}

function bodiesOfTenants({ unusedId, memberId, organizerId, leila }: Things): Record<string, unknown> {
  const settings = { features: ['meetings', 'people'], reduced: false, policyName: 'Parley-Meetings' };
  const rule = { local: 'attribute:staffNumber', remote: 'employeeId' };
  const at = (path: string) => `POST /v1/tenants/{id}${path}`;
  const users = 'UserPrincipalName,ApplicationAccessPolicy\nmarek.dvorak@northgate.example,Tag:Parley-Meetings\n';
  return {
    'POST /v1/tenants': { registrationId: unusedId, ...settings },
    'PATCH /v1/tenants/{id}': {
      ...settings,
      exchangeScope: 'rbac',
      exchangeGroup: 'organizers@northgate.example',
      outsideMailbox: 'desk@northgate.example',
      identityRules: { operator: { local: 'email', remote: 'mail' }, visitor: rule },
    },
    [at('/organizers')]: { user: 'carla.roth@northgate.example', memberId, allowed: true, pilot: true },
    'PATCH /v1/organizers/{id}': { allowed: true, pilot: true, memberId },
    [at('/organizers/policy-granted')]: { organizerIds: [organizerId] },
    [at('/organizers/import')]: { text: users },
    'PUT /v1/tenants/{id}/default-organizer': { userPrincipalName: 'bookings@northgate.example' },
    [at('/identity-preview')]: { side: 'operator', rule, values: ['N-2010'], memberIds: [memberId] },
    [at('/identity-match')]: { memberIds: [memberId], choose: { [memberId]: leila }, allow: false },
    [at('/go-live')]: { stage: 'pilot' },
    [at('/scripts')]: { kind: 'grant', target: { kind: 'users', organizerIds: [organizerId] } },
  };
}

function bodiesOfWebhooks(): Record<string, unknown> {
  const endpoint = { url: 'https://hooks.visitor.example/crm', description: 'CRM', types: ['meeting.*'] };
  const span = { from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z' };
  return {
    'POST /v1/webhook-endpoints': { ...endpoint, signature: 'ed25519' },
    'PATCH /v1/webhook-endpoints/{id}': endpoint,
    'POST /v1/webhook-endpoints/{id}/redeliver': { ...span, which: 'all' },
  };
}

function bodiesOfPeople({ ids }: Things): Record<string, unknown> {
  const organisation = { name: 'Birch', defaultEmail: 'office@birch.example' };
  const contact = (name: string) => ({
    name,
    email: `${name}@birch.example`,
    organisationId: ids['/v1/organisations'],
    timeZone: 'Europe/Paris',
    locale: 'fr',
  });
  return {
    'POST /v1/organisations': { ...organisation, externalId: 'erp-1' },
    'PUT /v1/organisations/by-external-id/{externalId}': organisation,
    'PATCH /v1/organisations/{id}': { ...organisation, externalId: 'erp-2' },
    'POST /v1/contacts': { ...contact('bo'), externalId: 'crm-2' },
    'PUT /v1/contacts/by-external-id/{externalId}': contact('cy'),
    'PATCH /v1/contacts/{id}': { ...contact('di'), externalId: 'crm-3' },
  };
}

function otherForms(bodies: Record<string, unknown>, { ids, memberId, tenantConnectionId: tenantId }: Things) {
  const userPrincipalName = 'marek.dvorak@northgate.example';
  const groupId = 'c36a90e4-18d7-4f2b-8e05-3b9d64c7f121';
  const organizers = [{ connectionId: ids['/v1/connections'] }, { userPrincipalName, tenantId }];
  const targets = [{ kind: 'group-members', groupId }, { kind: 'group', groupId, rank: 1 }, { kind: 'everyone' }];
  const standalone = bodies['POST /v1/meetings'] as object;
  const { options: _, ...external } = bodies['POST /v1/meetings'] as Record<string, unknown>;
  const form = (name: string, body: object): [string, unknown] => [name, body];
  return [
    ...organizers.map((organizer, index) =>
      form('POST /v1/meetings', { ...standalone, organizer, kind: 'calendar', externalId: `ticket-1289${index}` }),
    ),
    form('POST /v1/meetings', { ...external, kind: 'external', externalId: 'ticket-1290', conference }),
    ...targets.map((target) => form('POST /v1/tenants/{id}/scripts', { kind: 'grant', target })),
    form('POST /v1/diagnostics', { memberId, roundTrip: false }),
  ];
}

const certificateFiles = new Map<string, string>();

/** A certificate with its key as a file to import; each is made once, which takes a while. */
function certificateFile(name: string): string {
  const made = certificateFiles.get(name) ?? newCertificateFile(name);
  certificateFiles.set(name, made);
  return made;
}

function newCertificateFile(name: string): string {
  const { privateKeyPem, certificatePem } = createCertificate({ commonName: name, now: monday, years: 2 });
  return Buffer.from(`${privateKeyPem}\n${certificatePem}`).toString('base64');
}

/** What every table holds, the queue's too: how many rows, and where it is ours, a sum over what is in them. */
export async function storedIn({ database: { db } }: System): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string; schema: string }>`
    select format('%I.%I', table_schema, table_name) as name, table_schema as schema from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const counted = tables.map(async ({ name, schema }) => {
    // When a key or a session was last used is written for whoever asks.
    const content = sql.raw(schema === 'public' ? `(to_jsonb(t) - 'last_used_at' - 'last_used_from')::text` : `''`);
    const { rows } = await sql<{ held: string }>`
      select count(*) || ' ' || coalesce(sum(hashtextextended(${content}, 0)), 0) as held
      from ${sql.raw(name)} as t`.execute(db);
    return [name, rows[0]?.held ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}
