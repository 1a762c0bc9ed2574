import { Problem, type ProblemCode, type ProviderAnswer } from '../problem.ts';
import { IdTokenError, TokenError } from './entra.ts';
import { GraphError } from './graph.ts';

/**
 * The one translation from Microsoft's refusals to Parley's problems. In both tables the first row that fits wins, and a
 * row fits when everything that it names fits. `seen` says where the variant is known from.
 */
type EntraRow = {
  legs?: TokenError['leg'][];
  status?: (status: number) => boolean;
  errors?: string[];
  suberrors?: string[];
  codes?: number[];
  becomes: ProblemCode;
  seen: string;
};

type GraphRow = {
  status?: number[];
  codes?: string[];
  message?: RegExp;
  /** What was asked for, without ids: one sentence of Teams means several things. */
  path?: RegExp;
  becomes: ProblemCode;
  /** What the title leaves open. */
  detail?: string;
  seen: string;
};

const ENTRA_CODES = 'Entra docs: error codes';
const AUTH_CODE_FLOW = 'Entra docs: authorization code flow';
const REPORTS = 'public reports of real answers';
const MSAL = 'MSAL: interaction required errors';

/** Faults that pass come first, so that none of them is ever taken for a lost grant. */
const entraRows: EntraRow[] = [
  { errors: ['network_error', 'timeout'], becomes: 'microsoft_unreachable', seen: 'no answer' },
  { status: (status) => status === 429, becomes: 'throttled', seen: ENTRA_CODES },
  { codes: [50196], becomes: 'throttled', seen: `${ENTRA_CODES} (client loop)` },
  { status: (status) => status >= 500, becomes: 'entra_unavailable', seen: ENTRA_CODES },
  { errors: ['temporarily_unavailable', 'server_error'], becomes: 'entra_unavailable', seen: AUTH_CODE_FLOW },
  { codes: [90055, 90033], becomes: 'entra_unavailable', seen: ENTRA_CODES },
  { errors: ['unreadable_answer'], becomes: 'microsoft_answer_unreadable', seen: 'no OAuth answer' },

  // The app itself signs in: no user has a grant to lose, so nothing here may ask anybody to reconnect.
  {
    legs: ['client_credentials'],
    codes: [53000, 53001, 53002, 53003, 53004, 530031, 530032, 530034, 530035],
    becomes: 'app_blocked_by_policy',
    seen: 'Entra docs: Conditional Access for workload identities',
  },
  {
    legs: ['client_credentials'],
    codes: [65001, 90094, 90095],
    becomes: 'admin_consent_missing',
    seen: ENTRA_CODES,
  },
  { codes: [50076, 50079, 50074, 50072, 50078], becomes: 'mfa_needed', seen: ENTRA_CODES },
  {
    codes: [53000, 53001, 53002, 53003, 53004, 530031, 530032, 530034, 530035],
    becomes: 'blocked_by_policy',
    seen: ENTRA_CODES,
  },
  { codes: [50057], becomes: 'account_disabled', seen: ENTRA_CODES },
  { codes: [50053], becomes: 'account_locked', seen: ENTRA_CODES },
  { codes: [50105], becomes: 'user_not_assigned', seen: ENTRA_CODES },
  { codes: [90094, 90095, 90008], becomes: 'admin_approval_needed', seen: ENTRA_CODES },
  { codes: [65004], becomes: 'consent_declined', seen: `${ENTRA_CODES}; Entra docs: admin consent` },
  { codes: [65001], becomes: 'consent_missing', seen: ENTRA_CODES },
  { codes: [50020, 50034, 51004], becomes: 'wrong_tenant_account', seen: ENTRA_CODES },
  { codes: [500208, 9002332], becomes: 'account_type_not_allowed', seen: ENTRA_CODES },

  { codes: [700016], becomes: 'app_not_found', seen: ENTRA_CODES },
  { codes: [7000112], becomes: 'app_disabled', seen: ENTRA_CODES },
  { codes: [7000215], becomes: 'app_secret_wrong', seen: ENTRA_CODES },
  { codes: [7000222], becomes: 'app_secret_expired', seen: ENTRA_CODES },
  { codes: [7000218, 7000216], becomes: 'app_credential_missing', seen: ENTRA_CODES },
  { codes: [700025], becomes: 'app_credential_refused', seen: ENTRA_CODES },
  {
    legs: ['on_behalf_of'],
    codes: [500133],
    becomes: 'teams_token_expired',
    seen: 'login.microsoftonline.com/error?code=500133',
  },
  {
    legs: ['on_behalf_of'],
    codes: [500131],
    becomes: 'teams_token_other_app',
    seen: 'login.microsoftonline.com/error?code=500131',
  },
  { legs: ['on_behalf_of'], codes: [50013], becomes: 'teams_token_invalid', seen: ENTRA_CODES },
  { codes: [500133, 700024], becomes: 'server_clock_wrong', seen: 'Entra docs: certificate credentials' },
  {
    codes: [700027, 700030, 50012, 50013],
    becomes: 'app_certificate_unknown',
    seen: 'Entra docs: certificate credentials',
  },
  { codes: [50011, 500112], becomes: 'redirect_uri_mismatch', seen: ENTRA_CODES },
  { codes: [9002325], becomes: 'spa_redirect_uri', seen: REPORTS },
  { codes: [50194], becomes: 'single_tenant_app', seen: ENTRA_CODES },
  { codes: [90002], becomes: 'tenant_not_found', seen: ENTRA_CODES },
  { codes: [9001023, 50059], becomes: 'tenant_id_needed', seen: ENTRA_CODES },
  { codes: [70011, 28003, 700022], becomes: 'invalid_scope', seen: ENTRA_CODES },
  { codes: [650052, 650054, 650056, 650057], becomes: 'app_permissions_misconfigured', seen: ENTRA_CODES },
  { codes: [900144, 900561, 9002313], becomes: 'microsoft_request_invalid', seen: ENTRA_CODES },
  { codes: [501481, 54005, 50089, 50058, 50126], becomes: 'sign_in_interrupted', seen: ENTRA_CODES },

  // 70000 and 70008 name the code on the first leg, the refresh token later.
  { legs: ['authorization_code'], errors: ['invalid_grant'], becomes: 'sign_in_interrupted', seen: AUTH_CODE_FLOW },
  { codes: [70008, 70043, 700081, 700082, 700084], becomes: 'grant_expired', seen: `${ENTRA_CODES}; MSAL` },
  { codes: [50132, 50133, 50173, 70000], becomes: 'grant_revoked', seen: ENTRA_CODES },

  { suberrors: ['cancel'], becomes: 'sign_in_cancelled', seen: REPORTS },
  {
    errors: ['access_denied', 'permission_denied'],
    becomes: 'consent_declined',
    seen: `${AUTH_CODE_FLOW}; Entra docs: client credentials flow`,
  },
  {
    legs: ['client_credentials'],
    errors: ['invalid_grant', 'interaction_required', 'consent_required'],
    becomes: 'microsoft_refused',
    seen: 'nothing known: the app has no session that could end',
  },
  { errors: ['consent_required'], becomes: 'consent_missing', seen: ENTRA_CODES },
  { suberrors: ['consent_required'], becomes: 'consent_missing', seen: MSAL },
  { suberrors: ['bad_token'], becomes: 'grant_revoked', seen: MSAL },
  { suberrors: ['basic_action', 'additional_action'], becomes: 'mfa_needed', seen: MSAL },
  { suberrors: ['user_password_expired', 'message_only', 'client_mismatch'], becomes: 'reconnect_needed', seen: MSAL },
  {
    legs: ['authorize'],
    errors: ['login_required', 'interaction_required'],
    becomes: 'sign_in_interrupted',
    seen: AUTH_CODE_FLOW,
  },
  {
    errors: ['invalid_grant', 'interaction_required', 'login_required'],
    becomes: 'reconnect_needed',
    seen: ENTRA_CODES,
  },
  { errors: ['invalid_client'], becomes: 'app_credential_refused', seen: ENTRA_CODES },
  { errors: ['invalid_scope', 'invalid_resource'], becomes: 'invalid_scope', seen: AUTH_CODE_FLOW },
  { legs: ['authorize'], becomes: 'sign_in_refused', seen: AUTH_CODE_FLOW },
  {
    errors: ['invalid_request', 'unsupported_grant_type', 'unsupported_response_type'],
    becomes: 'microsoft_request_invalid',
    seen: AUTH_CODE_FLOW,
  },
  { becomes: 'microsoft_refused', seen: 'everything else' },
];

const GRAPH_ERRORS = 'Graph docs: error responses';
const EXCHANGE = 'Graph docs: Outlook mail and calendar errors';

const ARTIFACTS = /\/onlineMeetings\/.*(recordings|transcripts|attendanceReports)/i;
const RECORDING_CONTENT = /\/recordings\/\{id\}\/content$/;
const REFUSED = ['Forbidden', 'AccessDenied', 'accessDenied'];

const graphRows: GraphRow[] = [
  { codes: ['network_error', 'timeout'], becomes: 'microsoft_unreachable', seen: 'no answer' },
  { codes: ['unreadable_answer'], becomes: 'microsoft_answer_unreadable', seen: '2xx that cannot be read' },
  { status: [429], becomes: 'throttled', seen: 'Graph docs: throttling' },
  { codes: ['ApplicationThrottled', 'TooManyRequests'], becomes: 'throttled', seen: REPORTS },
  { status: [408, 500, 502, 503, 504, 507, 509], becomes: 'microsoft_unavailable', seen: GRAPH_ERRORS },

  // The storage to which Graph redirects: what it says of a token is not said of ours.
  {
    status: [404, 410],
    codes: ['content_refused'],
    becomes: 'artifact_gone',
    seen: 'Graph docs: callRecording: get (retention); the redirect is not documented',
  },
  {
    status: [401, 403],
    codes: ['content_refused'],
    becomes: 'recording_download_blocked',
    seen: 'Graph docs: callRecording: get; the redirect is not documented',
  },

  { status: [401, 403], codes: ['insufficient_claims'], becomes: 'mfa_needed', seen: 'Entra docs: claims challenges' },
  {
    status: [401],
    message: /claims challenge/i,
    becomes: 'mfa_needed',
    seen: 'Entra docs: continuous access evaluation',
  },
  {
    status: [401, 403],
    message: /application access policy/i,
    becomes: 'application_access_policy_missing',
    seen: `Graph docs: application access policy; ${REPORTS}`,
  },
  {
    status: [401, 403],
    message: /not authorized to \w+ meeting on behalf of/i,
    becomes: 'application_access_policy_missing',
    seen: 'Graph docs: application access policy (older wording)',
  },
  { status: [403], message: /RSC permission evaluation/i, becomes: 'artifact_policy_missing', seen: REPORTS },
  { status: [401], becomes: 'access_token_rejected', seen: `${GRAPH_ERRORS} (InvalidAuthenticationToken)` },
  {
    codes: ['no_error_code'],
    becomes: 'microsoft_answer_unreadable',
    seen: 'a proxy’s page, an answer that broke off',
  },

  {
    status: [403],
    codes: ['GraphAccessToTranscriptsDisabled'],
    becomes: 'transcripts_disabled',
    seen: 'Teams PowerShell docs: Set-CsTeamsMeetingConfiguration',
  },
  {
    status: [403],
    codes: ['SpeakerAttributionNotAllowed'],
    becomes: 'speaker_attribution_disabled',
    seen: 'Teams PowerShell docs: Set-CsTeamsMeetingConfiguration',
  },
  { status: [403], message: /\b3003\b|lookup meeting/i, becomes: 'meeting_lookup_denied', seen: REPORTS },
  {
    status: [400, 403],
    message: /userId must match organizerId/i,
    path: ARTIFACTS,
    becomes: 'artifact_organizer_only',
    seen: REPORTS,
  },
  { status: [400, 403], message: /userId must match organizerId/i, becomes: 'not_organizer', seen: REPORTS },
  { status: [400], message: /need to be an organizer/i, becomes: 'not_organizer', seen: 'Graph docs: event: cancel' },
  { message: /only for calendar backed/i, becomes: 'calendar_event_needed', seen: REPORTS },
  {
    status: [403],
    message: /RAOP|AppOnly AccessPolicy|Access to OData is disabled/i,
    becomes: 'exchange_scope_denied',
    seen: 'Graph docs: limiting application permissions to mailboxes',
  },
  { status: [403], codes: ['ErrorAccessDenied'], becomes: 'access_denied_by_exchange', seen: EXCHANGE },
  // Subscriptions: the service behind the resource answers, and Graph quotes it.
  {
    status: [400],
    message: /subscription validation request/i,
    becomes: 'notification_url_unreachable',
    seen: 'Graph docs: change notifications through webhooks',
  },
  { status: [403], codes: ['ExtensionError'], becomes: 'access_denied_by_exchange', seen: REPORTS },
  {
    status: [404],
    codes: ['ExtensionError'],
    message: /mailbox|requested user/i,
    becomes: 'mailbox_not_found',
    seen: REPORTS,
  },
  {
    status: [409],
    message: /already exists for the requested combination/i,
    becomes: 'microsoft_refused',
    seen: 'Graph docs: change notifications through webhooks',
  },
  { status: [403], message: /not licensed/i, becomes: 'organizer_not_licensed', seen: 'not documented' },
  {
    status: [403],
    codes: ['Authorization_RequestDenied'],
    becomes: 'directory_permission_missing',
    seen: GRAPH_ERRORS,
  },
  {
    status: [403],
    codes: REFUSED,
    path: RECORDING_CONTENT,
    becomes: 'recording_download_blocked',
    seen: 'Graph docs: callRecording: get (the list was allowed, the content is the organizer’s)',
  },
  ...artifactPermissions(),
  { status: [403], codes: REFUSED, becomes: 'missing_permission', seen: GRAPH_ERRORS },

  {
    status: [404],
    codes: [
      'MailboxNotEnabledForRESTAPI',
      'MailboxNotHostedInExchangeOnline',
      'ErrorInvalidUser',
      'ErrorNonExistentMailbox',
    ],
    becomes: 'mailbox_not_found',
    seen: EXCHANGE,
  },
  { status: [404], codes: ['Request_ResourceNotFound'], becomes: 'user_not_found', seen: GRAPH_ERRORS },
  { status: [404], codes: ['NotFound'], message: /\buser\b/i, becomes: 'user_not_found', seen: REPORTS },
  { status: [404], message: /\b3004\b|meeting not found/i, becomes: 'online_meeting_not_found', seen: REPORTS },
  {
    status: [404, 410],
    path: /\/(recordings|transcripts|attendanceReports)\/\{id\}/,
    becomes: 'artifact_gone',
    seen: 'Graph docs: callRecording: get, callTranscript: get (retention); the code is not documented',
  },
  {
    status: [404, 410],
    path: ARTIFACTS,
    becomes: 'online_meeting_not_found',
    seen: 'Graph docs: callTranscript: get (not of meetings that have expired)',
  },
  { status: [404], codes: ['ErrorItemNotFound'], becomes: 'event_not_found', seen: EXCHANGE },
  { status: [400], message: /\b1026\b|invalid meeting id/i, becomes: 'meeting_reference_invalid', seen: REPORTS },
  {
    status: [400],
    message: /delegated authentication flow/i,
    becomes: 'delegated_only',
    seen: 'Graph docs: user: get',
  },

  { status: [400, 409], codes: ['ErrorDuplicateTransactionId'], becomes: 'duplicate_event', seen: REPORTS },
  { status: [412], becomes: 'event_changed_meanwhile', seen: GRAPH_ERRORS },
  { codes: ['ErrorIrresolvableConflict'], becomes: 'event_changed_meanwhile', seen: REPORTS },
  { status: [409], becomes: 'event_changed_meanwhile', seen: GRAPH_ERRORS },
  {
    status: [400],
    codes: ['TimeZoneNotSupportedException', 'ErrorTimeZoneNotSupported'],
    becomes: 'time_zone_not_supported',
    seen: REPORTS,
  },
  { status: [400, 405, 406, 411, 413, 415, 422], becomes: 'microsoft_request_invalid', seen: GRAPH_ERRORS },
  {
    status: [301, 302, 303, 307, 308],
    becomes: 'microsoft_answer_unreadable',
    seen: 'a proxy or a sign-in page in between',
  },
  { becomes: 'microsoft_refused', seen: 'everything else' },
];

/** Each kind of artifact has a permission of its own, and the token does not say which one Graph missed. */
function artifactPermissions(): GraphRow[] {
  const names: [RegExp, string][] = [
    [/\/(recordings|getAllRecordings)\b/, 'Recordings need OnlineMeetingRecording.Read.All.'],
    [/\/(transcripts|getAllTranscripts)\b/, 'Transcripts need OnlineMeetingTranscript.Read.All.'],
    [/\/attendanceReports\b/, 'Attendance needs OnlineMeetingArtifact.Read.All.'],
  ];
  const row = { status: [403], codes: REFUSED, becomes: 'missing_permission' as const };
  return names.map(([path, detail]) => ({ ...row, path, detail, seen: 'Graph permissions reference' }));
}

/** What Parley says about any failure of a call to Microsoft; a `Problem` stays what it is, a stranger is `internal_error`. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof GraphError) return fromGraph(error);
  if (error instanceof TokenError) return fromEntra(error);
  if (error instanceof IdTokenError) return new Problem(idTokenProblem(error), { cause: error });
  return new Problem('internal_error', { cause: error });
}

function fromEntra(error: TokenError): Problem {
  const { becomes } = entraRows.find((row) => fitsEntra(row, error)) ?? { becomes: 'microsoft_refused' as const };
  const code = error.codes[0] === undefined ? error.error : `AADSTS${error.codes[0]}`;
  return new Problem(becomes, {
    cause: error,
    retryAfterMs: error.retryAfterMs,
    provider: {
      status: error.status,
      code,
      requestId: error.traceId,
      clientRequestId: error.correlationId,
      date: error.timestamp,
    },
    ...quoted(becomes, error.leg === 'authorize' ? undefined : error.description),
  });
}

function fitsEntra(row: EntraRow, error: TokenError): boolean {
  return (
    (row.legs?.includes(error.leg) ?? true) &&
    (row.status?.(error.status) ?? true) &&
    (row.errors?.includes(error.error) ?? true) &&
    (row.suberrors?.some((suberror) => suberror === error.suberror) ?? true) &&
    (row.codes?.some((code) => error.codes.includes(code)) ?? true)
  );
}

function fromGraph(error: GraphError): Problem {
  const row = graphRows.find((each) => fitsGraph(each, error));
  const becomes = row?.becomes ?? 'microsoft_refused';
  const provider: ProviderAnswer = {
    status: error.status,
    code: error.innerCodes.findLast((code) => !/^\d+$/.test(code)) ?? error.code,
    requestId: error.requestId,
    clientRequestId: error.clientRequestId,
    date: error.date,
  };
  return new Problem(becomes, {
    cause: error,
    retryAfterMs: error.retryAfterMs,
    provider,
    ...(row?.detail === undefined ? quoted(becomes, error.providerMessage) : { detail: row.detail }),
  });
}

function fitsGraph(row: GraphRow, error: GraphError): boolean {
  const codes = [error.code, ...error.innerCodes];
  return (
    (row.status?.includes(error.status) ?? true) &&
    (row.codes?.some((code) => codes.includes(code)) ?? true) &&
    (row.message?.test(error.providerMessage ?? '') ?? true) &&
    (row.path?.test(error.path ?? '') ?? true)
  );
}

/** Where Parley has no words of its own, Microsoft's sentence is shown. Never one that came in a URL: anybody can write that. */
function quoted(code: ProblemCode, sentence: string | undefined): { detail?: string } {
  const isGeneric = code === 'microsoft_refused' || code === 'microsoft_request_invalid';
  return isGeneric && sentence ? { detail: `Microsoft said: “${sentence}”` } : {};
}

const idTokenProblems: Record<IdTokenError['reason'], ProblemCode> = {
  missing: 'id_token_invalid',
  malformed: 'id_token_invalid',
  signature: 'id_token_invalid',
  audience: 'id_token_invalid',
  issuer: 'id_token_invalid',
  nonce: 'id_token_invalid',
  tenant: 'wrong_tenant_account',
  account_type: 'account_type_not_allowed',
  time: 'server_clock_wrong',
};

function idTokenProblem(error: IdTokenError): ProblemCode {
  return idTokenProblems[error.reason];
}
