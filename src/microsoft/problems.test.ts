import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsReconnect, Problem, problems, type ProblemCode } from '../problem.ts';
import { IdTokenError, parseAuthorizeError, TokenError } from './entra.ts';
import { GraphError } from './graph.ts';
import { toProblem } from './problems.ts';

// T02: each refusal becomes a precise state; what passes by itself never asks anybody to reconnect.
type Token = ConstructorParameters<typeof TokenError>[0];
const token = (codes: number[], more: Partial<Token> = {}): Token => ({
  status: 400,
  leg: 'refresh_token',
  error: 'invalid_grant',
  codes,
  ...more,
});

const refusedTokens: [ProblemCode, Token][] = [
  ...[70008, 70043, 700081, 700082, 700084].map((code): [ProblemCode, Token] => ['grant_expired', token([code])]),
  ...[50132, 50133, 50173, 70000].map((code): [ProblemCode, Token] => ['grant_revoked', token([code])]),
  ...[50072, 50074, 50076, 50078, 50079].map((code): [ProblemCode, Token] => [
    'mfa_needed',
    token([code], { error: 'interaction_required' }),
  ]),
  ...[53000, 53001, 53002, 53003, 530032, 530035].map((code): [ProblemCode, Token] => [
    'blocked_by_policy',
    token([code]),
  ]),
  ['mfa_needed', token([50076], { suberror: 'basic_action' })],
  ['blocked_by_policy', token([53003], { suberror: 'message_only' })],
  ['account_disabled', token([50057])],
  ['account_locked', token([50053])],
  ['user_not_assigned', token([50105])],
  ['consent_missing', token([65001], { suberror: 'consent_required' })],
  ['consent_missing', token([], { suberror: 'consent_required' })],
  ['consent_missing', token([], { error: 'consent_required' })],
  ['admin_approval_needed', token([90094], { error: 'consent_required' })],
  ['admin_approval_needed', token([90095])],
  ['grant_revoked', token([], { suberror: 'bad_token' })],
  ['mfa_needed', token([], { suberror: 'additional_action' })],
  ['reconnect_needed', token([], { suberror: 'user_password_expired' })],
  ['reconnect_needed', token([], { suberror: 'client_mismatch' })],
  ['reconnect_needed', token([999999])],
  ['reconnect_needed', token([], { error: 'interaction_required' })],
  ['wrong_tenant_account', token([50020])],
  ['wrong_tenant_account', token([50034])],
  ['wrong_tenant_account', token([51004])],
  ['account_type_not_allowed', token([500208])],
  ['account_type_not_allowed', token([9002332])],

  ['sign_in_interrupted', token([501481], { leg: 'authorization_code' })],
  ['sign_in_interrupted', token([54005], { leg: 'authorization_code' })],
  ['sign_in_interrupted', token([70008], { leg: 'authorization_code' })],
  ['sign_in_interrupted', token([70000], { leg: 'authorization_code' })],
  ['sign_in_interrupted', token([50089])],
  ['mfa_needed', token([50076], { leg: 'authorization_code' })],

  // On behalf of: what is refused is the token of Teams, not our certificate or clock.
  ['teams_token_invalid', token([50013], { leg: 'on_behalf_of' })],
  ['teams_token_other_app', token([500131], { leg: 'on_behalf_of' })],
  ['teams_token_expired', token([500133], { leg: 'on_behalf_of' })],
  ['consent_missing', token([65001], { leg: 'on_behalf_of', suberror: 'consent_required' })],
  ['mfa_needed', token([50079], { leg: 'on_behalf_of', error: 'interaction_required' })],

  ['app_not_found', token([700016], { error: 'unauthorized_client' })],
  ['app_disabled', token([7000112], { error: 'unauthorized_client' })],
  ['app_secret_wrong', token([7000215], { error: 'invalid_client', status: 401 })],
  ['app_secret_expired', token([7000222], { error: 'invalid_client', status: 401 })],
  ['app_credential_missing', token([7000218], { error: 'invalid_request' })],
  ['app_credential_refused', token([700025], { error: 'invalid_client' })],
  ['app_credential_refused', token([], { error: 'invalid_client', status: 401 })],
  ['app_certificate_unknown', token([700027], { error: 'invalid_client', leg: 'client_credentials' })],
  ['app_certificate_unknown', token([50013], { error: 'invalid_client', leg: 'client_credentials' })],
  ['server_clock_wrong', token([500133], { error: 'invalid_client', leg: 'client_credentials' })],
  ['redirect_uri_mismatch', token([50011], { error: 'invalid_request' })],
  ['spa_redirect_uri', token([9002325], { error: 'invalid_request', leg: 'authorization_code' })],
  ['single_tenant_app', token([50194], { error: 'invalid_request' })],
  ['tenant_not_found', token([90002], { error: 'invalid_request' })],
  ['tenant_id_needed', token([9001023], { error: 'invalid_request', leg: 'client_credentials' })],
  ['tenant_id_needed', token([50059], { error: 'invalid_request', leg: 'client_credentials' })],
  ['invalid_scope', token([70011], { error: 'invalid_scope' })],
  ['invalid_scope', token([28003])],
  ['invalid_scope', token([700022], { error: 'invalid_request' })],
  ['invalid_scope', token([], { error: 'invalid_resource' })],
  ['app_permissions_misconfigured', token([650052])],
  ['app_permissions_misconfigured', token([650057], { error: 'invalid_client' })],
  ['microsoft_request_invalid', token([900144], { error: 'invalid_request' })],
  ['microsoft_request_invalid', token([9002313], { error: 'invalid_request' })],
  ['microsoft_request_invalid', token([], { error: 'unsupported_grant_type' })],
  ['microsoft_refused', token([], { error: 'unauthorized_client' })],

  ['microsoft_unreachable', token([], { error: 'network_error', status: 0 })],
  ['microsoft_unreachable', token([], { error: 'timeout', status: 0 })],
  ['microsoft_answer_unreadable', token([], { error: 'unreadable_answer', status: 200 })],
  ['entra_unavailable', token([], { error: 'unreadable_answer', status: 503 })],
  ['entra_unavailable', token([], { error: 'temporarily_unavailable' })],
  ['entra_unavailable', token([], { error: 'server_error' })],
  ['entra_unavailable', token([90055])],
  ['entra_unavailable', token([70008], { status: 500 })],
  ['throttled', token([], { status: 429, error: 'unreadable_answer' })],
  ['throttled', token([50196])],
];

test('every refusal of the token endpoint has its problem', () => {
  for (const [expected, refusal] of refusedTokens) {
    assert.equal(toProblem(new TokenError(refusal)).code, expected, JSON.stringify(refusal));
  }
});

const refusedApps: [ProblemCode, Token][] = (
  [
    ['app_not_found', 700016, 'unauthorized_client'],
    ['app_disabled', 7000112, 'unauthorized_client'],
    ['app_secret_wrong', 7000215, 'invalid_client'],
    ['app_secret_expired', 7000222, 'invalid_client'],
    ['app_credential_missing', 7000216, 'invalid_client'],
    ['app_certificate_unknown', 700027, 'invalid_client'],
    ['server_clock_wrong', 700024, 'invalid_client'],
    ['tenant_not_found', 90002, 'invalid_request'],
    ['tenant_id_needed', 50059, 'invalid_request'],
    ['admin_consent_missing', 65001, 'invalid_grant'],
    ['admin_consent_missing', 90094, 'access_denied'],
    ['app_blocked_by_policy', 53003, 'invalid_grant'],
    ['app_permissions_misconfigured', 650057, 'invalid_resource'],
    ['microsoft_refused', 999999, 'invalid_grant'],
    ['microsoft_refused', 999999, 'consent_required'],
  ] as const
).map(([problem, code, error]) => [problem, token([code], { leg: 'client_credentials', error })]);

test('an app that is refused by itself never asks a user to reconnect', () => {
  for (const [expected, refusal] of refusedApps) {
    const { code } = toProblem(new TokenError(refusal));
    assert.equal(code, expected, JSON.stringify(refusal));
    assert.equal(needsReconnect(code), false, code);
  }
});

const callbacks: [ProblemCode, string][] = [
  ['sign_in_cancelled', 'error=access_denied&error_subcode=cancel'],
  ['consent_declined', 'error=access_denied&error_description=AADSTS65004%3a+User+declined'],
  ['consent_declined', 'error=access_denied'],
  ['consent_declined', 'error=permission_denied&error_description=The+admin+canceled+the+request'],
  ['consent_declined', 'admin_consent=True&error=consent_required&error_description=AADSTS65004%3a+denied'],
  ['admin_approval_needed', 'error=access_denied&error_subcode=cancel&error_description=AADSTS90094%3a+admin'],
  [
    'admin_approval_needed',
    'error=access_denied&error_uri=https%3a%2f%2flogin.microsoftonline.com%2ferror%3fcode%3d90094',
  ],
  ['blocked_by_policy', 'error=access_denied&error_description=AADSTS53003%3a+blocked'],
  ['user_not_assigned', 'error=invalid_grant&error_description=AADSTS50105%3a+not+assigned'],
  ['sign_in_interrupted', 'error=login_required&error_description=AADSTS50058'],
  ['sign_in_interrupted', 'error=interaction_required'],
  ['single_tenant_app', 'error=invalid_request&error_description=AADSTS50194%3a+not+multi-tenant'],
  ['app_not_found', 'error=unauthorized_client&error_description=AADSTS700016'],
  ['app_permissions_misconfigured', 'error=invalid_client&error_description=AADSTS650052'],
  ['invalid_scope', 'error=invalid_scope&error_description=AADSTS70011'],
  ['entra_unavailable', 'error=temporarily_unavailable'],
  ['entra_unavailable', 'error=server_error'],
  ['sign_in_refused', 'error=unauthorized_client'],
  ['sign_in_refused', 'error=%3Cscript%3E'],
  ['sign_in_refused', 'error=invalid_request'],
];

test('every refusal that comes back to the callback has its problem', () => {
  for (const [expected, query] of callbacks) {
    assert.equal(toProblem(parseAuthorizeError(new URLSearchParams(query))).code, expected, query);
  }
});

type Graph = ConstructorParameters<typeof GraphError>[0];
const graph = (status: number, code: string, providerMessage?: string, innerCodes?: string[]): Graph => ({
  status,
  code,
  outcome: 'refused',
  providerMessage,
  ...(innerCodes && { innerCodes }),
});

const refusedCalls: [ProblemCode, Graph][] = [
  ['microsoft_unreachable', graph(0, 'network_error')],
  ['microsoft_unreachable', graph(0, 'timeout')],
  ['microsoft_answer_unreadable', graph(201, 'unreadable_answer')],
  ['microsoft_answer_unreadable', graph(302, 'no_error_code')],
  ['microsoft_answer_unreadable', graph(404, 'no_error_code')],
  ['access_token_rejected', graph(401, 'no_error_code')],
  ['throttled', graph(429, 'TooManyRequests', 'Please retry again later.', ['429'])],
  ['throttled', graph(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.')],
  ['throttled', graph(503, 'ApplicationThrottled')],
  ...[500, 502, 503, 504, 507].map((status): [ProblemCode, Graph] => [
    'microsoft_unavailable',
    graph(status, 'no_error_code'),
  ]),
  [
    'access_token_rejected',
    graph(401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
  ],
  ['mfa_needed', graph(403, 'insufficient_claims')],
  [
    'mfa_needed',
    graph(
      401,
      'InvalidAuthenticationToken',
      'Continuous access evaluation resulted in claims challenge with result: InteractionRequired',
    ),
  ],
  [
    'directory_permission_missing',
    graph(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
  ],
  ['missing_permission', graph(403, 'Forbidden', '')],
  ['access_denied_by_exchange', graph(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')],
  ['exchange_scope_denied', graph(403, 'ErrorAccessDenied', 'Access to OData is disabled.')],
  [
    'exchange_scope_denied',
    graph(
      403,
      'ErrorAccessDenied',
      'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
    ),
  ],
  ['application_access_policy_missing', graph(403, 'Forbidden', 'No application access policy found for this app')],
  [
    'application_access_policy_missing',
    graph(403, 'General', 'No Application Access Policy found for this app 832d86c8 on the user.'),
  ],
  [
    'application_access_policy_missing',
    graph(401, 'Unauthorized', 'App 1 is not authorized to Create meeting on behalf of user 2'),
  ],
  [
    'artifact_policy_missing',
    graph(
      403,
      'Forbidden',
      "Application is not allowed to perform operations on the user '1', neither is allowed access through RSC permission evaluation.",
    ),
  ],
  ['meeting_lookup_denied', graph(403, 'Forbidden', '3003: User does not have access to lookup meeting')],
  ['not_organizer', graph(400, 'BadRequest', 'The userId must match organizerId.')],
  [
    'not_organizer',
    graph(
      400,
      'ErrorInvalidRequest',
      "Your request can't be completed. You need to be an organizer to cancel a meeting.",
    ),
  ],
  ['transcripts_disabled', graph(403, 'Forbidden', 'any words', ['GraphAccessToTranscriptsDisabled'])],
  ['speaker_attribution_disabled', graph(403, 'Forbidden', 'any words', ['SpeakerAttributionNotAllowed'])],
  ['calendar_event_needed', graph(400, 'BadRequest', 'This API is supported only for calendar backed OnlineMeeting')],
  ['event_not_found', graph(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')],
  [
    'mailbox_not_found',
    graph(404, 'MailboxNotEnabledForRESTAPI', 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.'),
  ],
  ['mailbox_not_found', graph(404, 'ErrorInvalidUser', "The requested user '1' is invalid.")],
  [
    'notification_url_unreachable',
    graph(
      400,
      'ValidationError',
      "Subscription validation request failed. HTTP status code is 'Forbidden'. Notification endpoint must respond with 200 OK to validation request.",
    ),
  ],
  ['notification_url_unreachable', graph(400, 'InvalidRequest', 'Subscription validation request timed out.')],
  [
    'access_denied_by_exchange',
    graph(403, 'ExtensionError', quotedByGraph('Forbidden', 'Access is denied. Check credentials and try again.')),
  ],
  ['exchange_scope_denied', graph(403, 'ExtensionError', quotedByGraph('Forbidden', 'Access to OData is disabled.'))],
  [
    'mailbox_not_found',
    graph(404, 'ExtensionError', quotedByGraph('NotFound', 'The mailbox is either inactive or soft-deleted.')),
  ],
  [
    'microsoft_request_invalid',
    graph(400, 'ExtensionError', 'Subscription expiration can only be 10070 minutes in the future.'),
  ],
  [
    'microsoft_refused',
    graph(409, 'ObjectIdentifierInUse', 'Subscription Id 1 already exists for the requested combination'),
  ],
  ['user_not_found', graph(404, 'Request_ResourceNotFound', "Resource '73f6134c' does not exist")],
  ['user_not_found', graph(404, 'NotFound', "The user 'dana@contoso.example' was not found.")],
  ['organizer_not_licensed', graph(403, 'Forbidden', 'The user is not licensed for Microsoft Teams.')],
  ['online_meeting_not_found', graph(404, 'NotFound', '3004: Meeting not found')],
  ['meeting_reference_invalid', graph(400, 'BadRequest', '1026: An error has occurred.')],
  ['meeting_reference_invalid', graph(400, 'InvalidArgument', 'Invalid meeting id')],
  ['duplicate_event', graph(400, 'ErrorDuplicateTransactionId')],
  ['duplicate_event', graph(409, 'ErrorDuplicateTransactionId')],
  ['event_changed_meanwhile', graph(412, 'ErrorIrresolvableConflict')],
  ['event_changed_meanwhile', graph(409, 'Conflict')],
  ['time_zone_not_supported', graph(400, 'TimeZoneNotSupportedException')],
  ['delegated_only', graph(400, 'BadRequest', '/me request is only valid with delegated authentication flow.')],
  ['microsoft_refused', graph(403, 'SomethingNew')],
  ['microsoft_refused', graph(404, 'UnknownError')],
];

const ofMeeting = '/users/{id}/onlineMeetings/{id}';
const recordingContent = `${ofMeeting}/recordings/{id}/content`;

/** The same words mean something else where what is left of meetings is asked for. */
const refusedArtifacts: [ProblemCode, string, Graph][] = [
  ['artifact_organizer_only', recordingContent, graph(400, 'BadRequest', 'The userId must match organizerId.')],
  [
    'artifact_organizer_only',
    '/users/{id}/onlineMeetings/getAllRecordings({id})',
    graph(403, 'Forbidden', 'The userId must match organizerId.'),
  ],
  [
    'not_organizer',
    '/users/{id}/onlineMeetings/createOrGet',
    graph(400, 'BadRequest', 'The userId must match organizerId.'),
  ],
  ['recording_download_blocked', recordingContent, graph(403, 'Forbidden', 'Access denied.')],
  ['recording_download_blocked', recordingContent, graph(401, 'content_refused')],
  ['recording_download_blocked', recordingContent, graph(403, 'content_refused')],
  ['artifact_gone', recordingContent, graph(404, 'content_refused')],
  ['artifact_gone', recordingContent, graph(404, 'itemNotFound')],
  ['artifact_gone', recordingContent, graph(410, 'Gone')],
  [
    'artifact_gone',
    `${ofMeeting}/transcripts/{id}/content`,
    graph(404, 'NotFound', 'The requested resource was not found.'),
  ],
  ['artifact_gone', `${ofMeeting}/attendanceReports/{id}/attendanceRecords`, graph(404, 'ErrorItemNotFound')],
  ['online_meeting_not_found', recordingContent, graph(404, 'NotFound', '3004: Meeting not found')],
  ['online_meeting_not_found', `${ofMeeting}/recordings`, graph(404, 'UnknownError')],
  ['user_not_found', `${ofMeeting}/recordings`, graph(404, 'NotFound', 'The user was not found.')],
  ['throttled', recordingContent, graph(429, 'content_refused')],
  [
    'artifact_policy_missing',
    recordingContent,
    graph(403, 'Forbidden', 'neither is allowed access through RSC permission evaluation.'),
  ],
  ['missing_permission', `${ofMeeting}/recordings`, graph(403, 'Forbidden')],
  ['missing_permission', `${ofMeeting}/transcripts/{id}/content`, graph(403, 'Forbidden')],
  ['event_not_found', '/me/events/{id}', graph(404, 'ErrorItemNotFound')],
];

test('refusals of recordings, transcripts and attendance have their own problems', () => {
  for (const [expected, path, refusal] of refusedArtifacts) {
    assert.equal(toProblem(new GraphError({ ...refusal, path })).code, expected, `${path} ${JSON.stringify(refusal)}`);
  }
  for (const [list, permission] of [
    ['recordings', 'OnlineMeetingRecording.Read.All'],
    ['transcripts', 'OnlineMeetingTranscript.Read.All'],
    ['attendanceReports', 'OnlineMeetingArtifact.Read.All'],
  ]) {
    const { detail } = toProblem(new GraphError({ ...graph(403, 'Forbidden'), path: `${ofMeeting}/${list}` }));
    assert.ok(detail?.includes(`${permission}.`), list);
  }
});

test('every refusal of Graph has its problem', () => {
  for (const [expected, refusal] of refusedCalls) {
    assert.equal(toProblem(new GraphError(refusal)).code, expected, JSON.stringify(refusal));
  }
});

test('an ID token that fails a check is never taken for a person’s mistake, save the wrong account', () => {
  assert.equal(toProblem(new IdTokenError('signature')).code, 'id_token_invalid');
  assert.equal(toProblem(new IdTokenError('tenant')).code, 'wrong_tenant_account');
  assert.equal(toProblem(new IdTokenError('account_type')).code, 'account_type_not_allowed');
  assert.equal(toProblem(new IdTokenError('time')).code, 'server_clock_wrong');
});

test('nothing that is tried again asks for a reconnect', () => {
  for (const code of Object.keys(problems) as ProblemCode[]) {
    assert.ok(!(problems[code].retry && needsReconnect(code)), code);
  }
});

test('the provider’s answer travels along, for a support case', () => {
  const problem = toProblem(
    new GraphError({
      status: 403,
      code: 'Forbidden',
      innerCodes: ['GraphAccessToTranscriptsDisabled'],
      outcome: 'refused',
      requestId: 'r',
      clientRequestId: 'c',
      date: 'd',
      retryAfterMs: 5,
    }),
  );
  assert.deepEqual(problem.provider, {
    status: 403,
    code: 'GraphAccessToTranscriptsDisabled',
    requestId: 'r',
    clientRequestId: 'c',
    date: 'd',
  });
  assert.equal(problem.retryAfterMs, 5);
  assert.equal(toProblem(new TokenError(token([65001], { traceId: 't' }))).provider?.code, 'AADSTS65001');
  assert.equal(toProblem(new GraphError(graph(429, 'TooManyRequests', '', ['429']))).provider?.code, 'TooManyRequests');
});

test('Microsoft’s own sentence is shown only where Parley has none, and never from a URL', () => {
  assert.equal(
    toProblem(new GraphError(graph(400, 'BadRequest', 'Bad thing.'))).detail,
    'Microsoft said: “Bad thing.”',
  );
  assert.equal(toProblem(new GraphError(graph(403, 'ErrorAccessDenied', 'Bad thing.'))).detail, undefined);
  const forged = new URLSearchParams({ error: 'unsupported_response_type', error_description: 'Call this number' });
  assert.equal(toProblem(parseAuthorizeError(forged)).detail, undefined);
});

test('a problem stays itself and a stranger is an internal error', () => {
  const problem = new Problem('slot_taken');
  assert.equal(toProblem(problem), problem);
  assert.equal(toProblem(new RangeError('x')).code, 'internal_error');
  assert.equal(toProblem('text').code, 'internal_error');
});

function quotedByGraph(status: string, reason: string): string {
  return `Operation: Create; Exception: [Status Code: ${status}; Reason: ${reason}]`;
}
