import type { ProblemCode } from '../problem.ts';

/** What an operation is called in clients, what it does in a line, and what it refuses besides what any route refuses. */
export type OperationWords = { id: string; summary: string; refusals: readonly ProblemCode[] };

type Row = readonly [id: string, summary: string, ...refusals: ProblemCode[]];

const times = ['slot_taken', 'slot_not_offered', 'booking_not_open'] as const satisfies ProblemCode[];
const mailboxes = [
  'not_connected',
  'reconnect_needed',
  'reauthentication_asked',
  'missing_permission',
  'organizer_not_allowed',
  'tenant_not_live',
  'default_organizer_missing',
  'organizer_unmatched',
  'organizer_disabled',
] as const satisfies ProblemCode[];
const directory = [
  'not_connected',
  'user_not_found',
  'directory_permission_missing',
  'missing_permission',
] as const satisfies ProblemCode[];
const content = [
  'not_found',
  'artifact_gone',
  'range_not_satisfiable',
  'not_connected',
  'reconnect_needed',
  'reauthentication_asked',
  'missing_permission',
  'artifact_policy_missing',
  'artifact_organizer_only',
  'recording_download_blocked',
  'transcripts_disabled',
] as const satisfies ProblemCode[];

/** By method and path. Ids are for ever: clients are built from them. */
const table = {
  // Access
  'GET /v1/me': ['getMe', 'Who is signed in'],
  'DELETE /v1/session': ['signOut', 'Sign out'],
  'GET /v1/workspace': ['getWorkspace', 'Get the workspace'],
  'PATCH /v1/workspace': ['updateWorkspace', 'Change the workspace'],
  'GET /v1/members': ['listMembers', 'List members'],
  'POST /v1/members': ['createMember', 'Add a member', 'member_exists'],
  'PATCH /v1/members/{id}': ['updateMember', 'Change a member'],
  'GET /v1/api-keys': ['listApiKeys', 'List API keys'],
  'POST /v1/api-keys': ['createApiKey', 'Make an API key'],
  'PATCH /v1/api-keys/{id}': ['updateApiKey', 'Change an API key'],
  'POST /v1/api-keys/{id}/rotate': ['rotateApiKey', 'Make a key beside another, to take its place'],
  'DELETE /v1/api-keys/{id}': ['revokeApiKey', 'Revoke an API key'],

  // Connections
  'GET /v1/integrations/teams': ['getTeamsIntegration', 'How Teams is connected'],
  'POST /v1/integrations/teams/connect': ['connectTeams', 'Begin to connect Teams', 'meetings_not_configured'],
  'GET /v1/connections': ['listConnections', 'List connections'],
  'GET /v1/connections/{id}': ['getConnection', 'Get a connection'],
  'DELETE /v1/connections/{id}': ['deleteConnection', 'Disconnect'],
  'POST /v1/connections/reauthentication': [
    'askToReauthenticate',
    'Ask everyone to connect again',
    'meetings_not_configured',
    'app_credential_missing',
    'mail_not_configured',
  ],
  'POST /v1/connect-links': [
    'createConnectLink',
    'Make a link to connect an account',
    'meetings_not_configured',
    'app_credential_missing',
    'return_uri_not_allowed',
    'not_found',
  ],
  'GET /v1/connect-links/{id}': ['getConnectLink', 'Get a link to connect'],
  'DELETE /v1/connect-links/{id}': ['withdrawConnectLink', 'Withdraw a link to connect'],

  // Event types
  'GET /v1/event-types': ['listEventTypes', 'List event types'],
  'POST /v1/event-types': ['createEventType', 'Make an event type', 'slug_taken'],
  'GET /v1/event-types/{id}': ['getEventType', 'Get an event type'],
  'PUT /v1/event-types/{id}': ['replaceEventType', 'Replace an event type', 'slug_taken'],
  'DELETE /v1/event-types/{id}': ['deleteEventType', 'Remove an event type'],
  'GET /v1/event-types/{id}/operators': ['listEventTypeOperators', 'Who takes its bookings'],
  'GET /v1/event-types/{id}/slots': ['listSlots', 'Find free times', 'booking_not_open'],
  'GET /v1/event-types/{id}/why-not': ['explainTimes', 'Why a time is offered or not'],
  'POST /v1/event-types/{id}/holds': ['holdTime', 'Hold a time', ...times, 'too_many_holds'],
  'DELETE /v1/holds/{key}': ['releaseHold', 'Give a held time back'],

  // Availability
  'GET /v1/members/{id}/schedule': ['getSchedule', 'Get a member’s working hours'],
  'PUT /v1/members/{id}/schedule': ['replaceSchedule', 'Set a member’s working hours'],
  'GET /v1/members/{id}/time-off': ['listTimeOff', 'List a member’s time off'],
  'POST /v1/members/{id}/time-off': ['createTimeOff', 'Add time off'],
  'DELETE /v1/time-off/{id}': ['deleteTimeOff', 'Remove time off'],
  'GET /v1/holidays': ['listHolidays', 'List public holidays'],
  'GET /v1/holiday-regions': ['listHolidayRegions', 'List countries and regions'],

  // Bookings
  'GET /v1/bookings': ['listBookings', 'List bookings'],
  'POST /v1/bookings': ['createBooking', 'Book a time', 'not_found', ...times],
  'GET /v1/bookings/{id}': ['getBooking', 'Get a booking'],
  'PATCH /v1/bookings/{id}': ['updateBooking', 'Change a booking', 'booking_closed', 'booking_not_open', ...mailboxes],
  'GET /v1/bookings/{id}/history': ['listBookingHistory', 'The life of a booking'],
  'POST /v1/bookings/{id}/approve': ['approveBooking', 'Approve a request', 'request_decided', ...times],
  'POST /v1/bookings/{id}/decline': ['declineBooking', 'Decline a request', 'request_decided', 'booking_closed'],
  'POST /v1/bookings/{id}/reschedule': ['rescheduleBooking', 'Move a booking', 'booking_closed', ...times],
  'POST /v1/bookings/{id}/cancel': ['cancelBooking', 'Cancel a booking', 'booking_closed'],
  'POST /v1/bookings/{id}/complete': [
    'completeBooking',
    'Say that it took place',
    'booking_not_begun',
    'booking_closed',
  ],
  'POST /v1/bookings/{id}/no-show': [
    'markNoShow',
    'Say that the visitor did not come',
    'booking_not_begun',
    'booking_closed',
  ],
  'POST /v1/bookings/{id}/legal-hold': ['setLegalHold', 'Put under legal hold'],
  'DELETE /v1/bookings/{id}/legal-hold': ['liftLegalHold', 'Lift the legal hold'],
  'POST /v1/booking-series/preview': [
    'previewBookingSeries',
    'Which times of a series are free',
    'not_found',
    'booking_not_open',
  ],
  'POST /v1/booking-series': ['createBookingSeries', 'Book a series', 'not_found', ...times],

  // People
  'GET /v1/contacts': ['listContacts', 'List contacts'],
  'POST /v1/contacts': ['createContact', 'Add a contact', 'contact_exists', 'external_id_taken'],
  'PUT /v1/contacts/by-external-id/{externalId}': ['upsertContact', 'Add or replace by your own id', 'contact_exists'],
  'GET /v1/contacts/{id}': ['getContact', 'Get a contact'],
  'PATCH /v1/contacts/{id}': ['updateContact', 'Change a contact', 'contact_exists', 'external_id_taken'],
  'DELETE /v1/contacts/{id}': ['deleteContact', 'Remove a contact'],
  'GET /v1/people/users': ['findUsers', 'Find people of the organization'],
  'GET /v1/organisations': ['listOrganisations', 'List organisations'],
  'POST /v1/organisations': ['createOrganisation', 'Add an organisation', 'external_id_taken'],
  'PUT /v1/organisations/by-external-id/{externalId}': ['upsertOrganisation', 'Add or replace by your own id'],
  'GET /v1/organisations/{id}': ['getOrganisation', 'Get an organisation'],
  'PATCH /v1/organisations/{id}': ['updateOrganisation', 'Change an organisation', 'external_id_taken'],
  'DELETE /v1/organisations/{id}': ['deleteOrganisation', 'Remove an organisation'],

  // Meetings
  'GET /v1/meetings': ['listMeetings', 'List meetings'],
  'POST /v1/meetings': [
    'createMeeting',
    'Make a meeting',
    'not_found',
    'external_id_taken',
    'personal_account',
    'scopes_missing',
    ...mailboxes,
  ],
  'PUT /v1/meetings/by-external-id/{externalId}': [
    'upsertMeeting',
    'Make or change by your own id',
    'meeting_differs',
    'meeting_has_booking',
    'not_found',
    'personal_account',
    'scopes_missing',
    ...mailboxes,
  ],
  'GET /v1/meetings/{id}': ['getMeeting', 'Get a meeting'],
  'PATCH /v1/meetings/{id}': ['updateMeeting', 'Change a meeting', 'meeting_cancelled', 'meeting_has_booking'],
  'POST /v1/meetings/{id}/cancel': ['cancelMeeting', 'Cancel a meeting', 'meeting_has_booking'],
  'POST /v1/meetings/{id}/retry': ['retryMeeting', 'Try a failed meeting again', 'meeting_cancelled'],
  'GET /v1/meetings/{id}/events': ['listMeetingEvents', 'What happened to a meeting'],
  'POST /v1/meetings/{id}/resolve': [
    'resolveMeeting',
    'Decide what holds after a change',
    'already_resolved',
    'slot_taken',
    'booking_closed',
    'meeting_cancelled',
  ],

  // Operations
  'GET /v1/operations/{id}': ['getOperation', 'What became of a request'],

  // Artifacts
  'GET /v1/artifacts': ['listArtifacts', 'List recordings, transcripts and reports'],
  'GET /v1/artifacts/{id}': ['getArtifact', 'Get a recording, transcript or report'],
  'DELETE /v1/artifacts/{id}': ['deleteArtifact', 'Delete a recording, transcript or report', 'legal_hold'],
  'GET /v1/artifacts/{id}/content': ['getArtifactContent', 'Read or download the content', ...content],
  'POST /v1/artifacts/{id}/links': ['createArtifactLink', 'Make a link to the content'],
  'GET /v1/artifacts/{id}/transcript': ['getTranscript', 'Read a transcript, and search it'],
  'GET /v1/artifacts/{id}/attendance': ['getAttendance', 'Who was there'],
  'GET /v1/meetings/{id}/artifacts': ['listMeetingArtifacts', 'What is left of a meeting'],
  'POST /v1/meetings/{id}/artifacts/refresh': ['refreshMeetingArtifacts', 'Look for recordings now'],
  'GET /v1/artifact-settings': ['getArtifactSettings', 'Get the settings of recordings'],
  'PATCH /v1/artifact-settings': ['updateArtifactSettings', 'Change the settings of recordings'],
  'GET /v1/transcript-search': ['searchTranscripts', 'Search all transcripts'],

  // Diagnostics
  'POST /v1/diagnostics': ['runDiagnosis', 'Check a member or a tenant live', 'not_found'],

  // App registrations
  'GET /v1/app-registrations': ['listAppRegistrations', 'List app registrations'],
  'POST /v1/app-registrations': ['createAppRegistration', 'Add an app registration', 'registration_exists'],
  'GET /v1/app-registrations/{id}': ['getAppRegistration', 'Get an app registration', 'meetings_not_configured'],
  'PATCH /v1/app-registrations/{id}': [
    'updateAppRegistration',
    'Change an app registration',
    'registration_in_use',
    'meetings_not_configured',
  ],
  'DELETE /v1/app-registrations/{id}': ['deleteAppRegistration', 'Remove an app registration', 'registration_in_use'],
  'POST /v1/app-registrations/{id}/certificates': ['createCertificate', 'Make a certificate'],
  'POST /v1/app-registrations/{id}/certificates/import': [
    'importCertificate',
    'Import a certificate',
    'certificate_unreadable',
    'certificate_key_mismatch',
  ],
  'POST /v1/app-registrations/{id}/secrets': ['addClientSecret', 'Add a client secret'],
  'GET /v1/app-registrations/{id}/credentials/{credentialId}/certificate': [
    'getCertificate',
    'Download the public certificate',
  ],
  'POST /v1/app-registrations/{id}/credentials/{credentialId}/check': [
    'checkCredential',
    'Try a credential at Entra',
    'tenant_id_needed',
  ],
  'DELETE /v1/app-registrations/{id}/credentials/{credentialId}': ['deleteCredential', 'Remove a credential'],

  // Tenants
  'GET /v1/tenants': ['listTenants', 'List tenants'],
  'POST /v1/tenants': ['createTenant', 'Connect a tenant', 'not_found', 'tenant_connected', 'tenant_id_needed'],
  'GET /v1/tenants/{id}': ['getTenant', 'Get a tenant'],
  'PATCH /v1/tenants/{id}': ['updateTenant', 'Change a tenant'],
  'DELETE /v1/tenants/{id}': ['deleteTenant', 'Forget a tenant'],
  'POST /v1/tenants/{id}/consent': ['createConsentLink', 'Make a link to admin consent'],
  'POST /v1/tenants/{id}/verify': ['verifyTenant', 'Ask for a new token'],
  'POST /v1/tenants/{id}/pause': ['pauseTenant', 'Pause a tenant'],
  'POST /v1/tenants/{id}/resume': ['resumeTenant', 'Resume a tenant'],

  // Organizers
  'GET /v1/tenants/{id}/organizers': ['listOrganizers', 'List organizers'],
  'POST /v1/tenants/{id}/organizers': [
    'createOrganizer',
    'Add an organizer',
    'organizer_exists',
    'organizer_is_guest',
    ...directory,
  ],
  'GET /v1/organizers/{id}': ['getOrganizer', 'Get an organizer'],
  'PATCH /v1/organizers/{id}': ['updateOrganizer', 'Allow or change an organizer', 'organizer_exists'],
  'DELETE /v1/organizers/{id}': ['deleteOrganizer', 'Remove an organizer'],
  'POST /v1/organizers/{id}/check': ['checkOrganizer', 'Check an organizer now', ...directory],
  'POST /v1/tenants/{id}/organizers/policy-granted': ['markPolicyGranted', 'Say that the policy was granted'],
  'POST /v1/tenants/{id}/organizers/import': ['importOrganizers', 'Import who has the policy'],
  'PUT /v1/tenants/{id}/default-organizer': ['setDefaultOrganizer', 'Set the default organizer'],
  'POST /v1/tenants/{id}/identity-preview': ['previewIdentityRule', 'Whom a rule would find', ...directory],
  'POST /v1/tenants/{id}/identity-match': ['matchIdentities', 'Match operators to organizers', ...directory],

  // Setup
  'GET /v1/tenants/{id}/setup': ['getSetup', 'Get the setup guide'],
  'GET /v1/tenants/{id}/setup/export': ['exportSetup', 'The setup guide as text'],
  'POST /v1/tenants/{id}/setup/{step}/check': ['checkSetupStep', 'Check a step of the guide'],
  'POST /v1/tenants/{id}/go-live': ['goLive', 'Sign a stage off', 'setup_incomplete'],
  'POST /v1/tenants/{id}/scripts': ['createSetupScript', 'Write a PowerShell script'],

  // Teams app
  'GET /v1/teams-app': ['getTeamsApp', 'Get the Teams app'],
  'PUT /v1/teams-app': ['updateTeamsApp', 'Change the Teams app'],
  'GET /v1/teams-app/package': ['getTeamsAppPackage', 'Download the Teams app', 'meetings_not_configured'],

  // Webhooks
  'GET /v1/webhook-endpoints': ['listWebhookEndpoints', 'List endpoints'],
  'POST /v1/webhook-endpoints': [
    'createWebhookEndpoint',
    'Add an endpoint',
    'webhook_url_refused',
    'webhook_challenge_failed',
    'too_many_webhook_endpoints',
  ],
  'GET /v1/webhook-endpoints/{id}': ['getWebhookEndpoint', 'Get an endpoint'],
  'PATCH /v1/webhook-endpoints/{id}': [
    'updateWebhookEndpoint',
    'Change an endpoint',
    'webhook_url_refused',
    'webhook_challenge_failed',
  ],
  'DELETE /v1/webhook-endpoints/{id}': ['deleteWebhookEndpoint', 'Remove an endpoint'],
  'POST /v1/webhook-endpoints/{id}/rotate-secret': ['rotateWebhookSecret', 'Replace the signing secret'],
  'POST /v1/webhook-endpoints/{id}/enable': ['enableWebhookEndpoint', 'Switch an endpoint on'],
  'POST /v1/webhook-endpoints/{id}/disable': ['disableWebhookEndpoint', 'Switch an endpoint off'],
  'POST /v1/webhook-endpoints/{id}/test': ['testWebhookEndpoint', 'Send a test', 'webhook_endpoint_disabled'],
  'GET /v1/webhook-endpoints/{id}/deliveries': ['listWebhookDeliveries', 'List deliveries'],
  'POST /v1/webhook-endpoints/{id}/redeliver': [
    'redeliverWebhooks',
    'Send a span of time again',
    'webhook_endpoint_disabled',
  ],
  'GET /v1/webhook-deliveries/{id}': ['getWebhookDelivery', 'Get a delivery'],
  'POST /v1/webhook-deliveries/{id}/redeliver': [
    'redeliverWebhook',
    'Send a delivery again',
    'webhook_endpoint_disabled',
  ],

  // Events
  'GET /v1/events': ['listEvents', 'Read everything that happened'],

  // Mail
  'GET /v1/emails': ['listEmails', 'List mail'],
  'GET /v1/emails/{id}': ['getEmail', 'Get a mail'],
  'POST /v1/emails/{id}/resend': ['resendEmail', 'Send a mail once more', 'mail_not_configured', 'mail_withdrawn'],
  'GET /v1/email-templates': ['listEmailTemplates', 'List mail templates'],
  'PUT /v1/email-templates/{template}/{locale}': ['replaceEmailTemplate', 'Use words of your own'],
  'DELETE /v1/email-templates/{template}/{locale}': ['resetEmailTemplate', 'Go back to Parley’s words'],
  'POST /v1/email-templates/{template}/{locale}/preview': ['previewEmailTemplate', 'See how a text turns out'],
  'POST /v1/members/{id}/calendar-feed': ['createCalendarFeed', 'Make a calendar feed'],
  'DELETE /v1/members/{id}/calendar-feed': ['deleteCalendarFeed', 'End a calendar feed'],

  // Monitoring
  'GET /v1/audit': ['listAuditEntries', 'Read the audit log'],
  'GET /v1/audit/verification': ['verifyAuditLog', 'Verify the audit log'],
} as const satisfies Record<string, Row>;

/** Requests of which Microsoft hears later: `Prefer` has them wait for it, or answered with an operation to follow. */
export const heardOfLater: ReadonlySet<string> = new Set<keyof typeof table>([
  'POST /v1/bookings',
  'PATCH /v1/bookings/{id}',
  'POST /v1/bookings/{id}/approve',
  'POST /v1/bookings/{id}/decline',
  'POST /v1/bookings/{id}/reschedule',
  'POST /v1/bookings/{id}/cancel',
  'POST /v1/booking-series',
  'POST /v1/meetings',
  'PUT /v1/meetings/by-external-id/{externalId}',
  'PATCH /v1/meetings/{id}',
  'POST /v1/meetings/{id}/cancel',
  'POST /v1/meetings/{id}/retry',
  'POST /v1/meetings/{id}/resolve',
]);

/** What is known of an operation, by its method and path (`GET /v1/meetings`). */
export function findWords(operation: string): OperationWords | undefined {
  const row: Row | undefined = (table as Record<string, Row>)[operation];
  if (!row) return undefined;
  const [id, summary, ...refusals] = row;
  return { id, summary, refusals };
}

/** Every operation of the table, to find those that are no more. */
export const describedOperations = Object.keys(table);

/** What the sections of the reference are about, in the order in which somebody new needs them. */
export const sections = {
  Bookings: 'Visitors’ times with operators: booked, requested, moved, cancelled, one by one or in series.',
  'Event types': 'What can be booked, by whom and when; free times, why a time is not offered, and holds.',
  Availability: 'When operators work: weekly hours, days with hours of their own, time off, public holidays.',
  Meetings: 'Teams meetings, with or without a booking, kept in step with Outlook.',
  Operations: 'Requests that Microsoft hears of later, to be followed until they are true there.',
  Artifacts: 'Recordings, transcripts and attendance reports, and who may see them.',
  People: 'Contacts and organisations, and whom a picker of attendees finds.',
  Webhooks: 'What Parley tells other programs, signed as Standard Webhooks say.',
  Events: 'Everything that happened, in order, to be read from where one stopped.',
  Mail: 'Letters about bookings: what was sent, in whose words, and calendar feeds.',
  Access: 'The workspace, its members and its API keys.',
  Connections: 'Microsoft accounts of single people, with which Parley makes their meetings.',
  'App registrations': 'The apps in Microsoft Entra that Parley signs in as, and their credentials.',
  Tenants: 'Whole organizations in Microsoft 365 that gave their consent.',
  Organizers: 'In whose mailboxes of a tenant Parley may make meetings.',
  Setup: 'The guide from an empty registration to go-live.',
  'Teams app': 'The workspace’s own app in Teams.',
  Diagnostics: 'Live checks, with cause and remedy.',
  Monitoring: 'The audit log.',
} as const satisfies Record<string, string>;
