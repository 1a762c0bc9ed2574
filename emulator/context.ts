import type { CryptoKey } from 'jose';
import type { Artifacts } from './artifacts/artifacts.ts';
import type { Directory } from './directory.ts';
import type { EntraState } from './entra/state.ts';
import type { Mailboxes } from './graph/mailboxes.ts';
import type { TeamsMeeting } from './graph/online-meeting.ts';
import type { Notifications, Post } from './notifications/notifications.ts';
import type { ExchangeScopes } from './policies/exchange-scopes.ts';
import type { Propagated } from './policies/propagation.ts';
import type { TeamsPolicies } from './policies/teams-policies.ts';
import type { TeamsApp } from './teams-frame/teams-app.ts';

/** Behaviour that Microsoft's documentation leaves open, switchable so that clients are tested both ways. */
export type Switches = {
  /** Milliseconds after creation at which an event's join URL becomes readable; 0: at once; `null`: never. */
  joinUrlDelayMs: number | null;
  /** Status of `ErrorDuplicateTransactionId`. */
  duplicateTransactionStatus: 400 | 409;
  /** `/cancel` of an event without attendees. */
  cancelWithoutAttendees: 'refused' | 'accepted';
  /** What a PATCH with a `body` that lacks Teams' block does to the meeting. */
  bodyWithoutBlock: 'disables' | 'new-join-url';
  /** `If-Match` with a stale tag on an event PATCH. */
  ifMatch: 'honoured' | 'ignored';
  /** Join URLs: the classic long form, or the short one of 2026. */
  joinUrlForm: 'meetup-join' | 'meet';
  /** Graph's access tokens: delegated ones carry `idtyp: "user"`. */
  idtypUser: boolean;
  /** What v1 admin consent sends back when the administrator cancels: as documented, or as seen in the wild. */
  adminConsentCancel: 'permission_denied' | 'access_denied';
  /** Time that every Graph answer takes, in milliseconds of real time (0 in tests); graphApp waits, while the call counts as in flight. */
  latencyMs: number;
  /** Until a changed application access policy or assignment counts for meetings; 1,800,000 is what Microsoft documents. */
  teamsPolicyDelayMs: number;
  /** Until changed scoping counts for mailboxes; 3,600,000 is what people measure. */
  exchangePolicyDelayMs: number;
  /** How the lack of an application access policy is refused: as documented, and the forms seen since and before. */
  policyRefusal: 'documented' | 'with-app-id' | 'with-period' | 'general' | 'unauthorized-401' | 'unauthorized-403';
  /** Application access policies of groups: the cmdlet takes them, whether meetings obey them is not documented. */
  groupPolicies: 'honoured' | 'ignored';
  /** How Exchange refuses an app outside its scope. */
  exchangeRefusal: 'odata-disabled' | 'raop' | 'access-denied';
  /** Until the meeting of a new event is found by its join URL; `null`: never. */
  onlineMeetingLookupDelayMs: number | null;
  /** A search for a join URL that nobody has. */
  unknownJoinUrl: 'empty' | 'not-found' | 'bad-request';
  /** A meeting option that the organizer's licence or meeting policy does not include. */
  unlicensedMeetingOption: 'refused' | 'ignored';
  /** PATCH of options that the description of onlineMeeting has and the list of changeable ones has not. */
  undocumentedMeetingOption: 'accepted' | 'refused';
  /** What becomes of the Teams meeting when its event is deleted. */
  meetingOfDeletedEvent: 'stays' | 'ends';
  /** Until searches and filters notice that a person is new, gone or changed. */
  directoryLagMs: number;
  /** `$filter` on extension attributes: for everybody, or as an advanced query only. */
  extensionAttributeFilter: 'basic' | 'advanced';
  /** How Get-CsOnlineUser names a policy. */
  onlineUserPolicy: 'name' | 'tag';
  /** How long a subscription to events may live: what is measured, documented, and was documented before. */
  eventSubscriptionMinutes: 10_070 | 10_080 | 4230;
  /** A second subscription of an app to the same changes of the same resource. */
  duplicateSubscription: 'refused' | 'accepted';
  /** How a delta token is refused that the mailbox has lost. */
  lostDeltaToken: 'gone' | 'resync-required';
  /** How long Teams works on what a meeting leaves, where nobody says otherwise. */
  artifactDelayMs: number;
  /** How the lack of an application access policy is refused where recordings and transcripts are asked for. */
  artifactPolicyRefusal: 'rsc' | 'policy';
  /** Status of `The userId must match organizerId.` */
  organizerMismatchStatus: 400 | 403;
  /** Recordings, transcripts and attendance reports on one page, where the caller does not say. */
  artifactPageSize: number;
  /** So many pages without anything, but with a next link, come first; `null`: they come last, and without an end. */
  emptyArtifactPages: number | null;
  /** Recordings: the answer itself, or the way to a storage on another host. */
  recordingContent: 'stream' | 'redirect';
  /** `Range` where recordings are asked for. */
  recordingRange: 'honoured' | 'ignored';
  /** Until a tenant's storage deletes a recording; `null`: never. 120 is said to be what tenants begin with. */
  recordingRetentionDays: number | null;
  /** `$expand=attendanceRecords` of one report. */
  expandAttendanceRecords: 'honoured' | 'ignored';
  /** The dates in `getAllRecordings(…)` and `getAllTranscripts(…)`: documented, and measured. */
  getAllDateFilter: 'honoured' | 'ignored';
  /** A meeting that expired, 60 days after its end. */
  expiredMeeting: 'not-found' | 'forbidden';
  /** Until a tenant's changed transcript settings count; 4 to 50 minutes were measured. */
  transcriptSettingsDelayMs: number;
  /** What counts until then: the settings of before, or these and the new ones in turns. */
  transcriptSettingsMeanwhile: 'old' | 'alternating';
  /** Subscriptions of people to their recordings and transcripts: documented, and measured to be for apps only. */
  delegatedArtifactSubscriptions: 'accepted' | 'refused';
  /** Whether an app needs an application access policy to listen to what one organizer's meetings leave. */
  artifactSubscriptionPolicy: 'not-needed' | 'needed';
  /** How notifications spell what they carry: as documented, and as in the examples. */
  encryptedContentName: 'encryptedContent' | 'EncryptedContent';
};

/** One armed failure: the next matching calls fail as it says. */
export type Fault = {
  id: string;
  /** `entra`, `graph` or the `storage` of recordings, or any host when absent. */
  service?: 'entra' | 'graph' | 'storage';
  method?: string;
  /** Matches when the request path contains it. Without it, of Entra only the token endpoint fails, no page for people. */
  path?: string;
  /** How many matching calls fail; then the fault is used up. */
  times: number;
  kind:
    | { type: 'status'; status: number; code?: string; message?: string; retryAfter?: string }
    /** The service commits, then the connection breaks before the answer arrives. */
    | { type: 'drop-response' }
    /** The connection breaks before anything happens. */
    | { type: 'drop-request' }
    | { type: 'truncate' }
    | { type: 'content-type'; value: string }
    /** The answer arrives only after the caller's patience (its abort signal), or after this real time. */
    | { type: 'slow'; ms: number }
    /** So much of the body arrives, then the connection breaks, or nothing more comes. */
    | { type: 'break-body'; afterBytes: number }
    | { type: 'stall-body'; afterBytes: number }
    /** An Entra token error, e.g. `{ error: 'invalid_grant', code: 70008 }`. */
    | { type: 'aadsts'; code: number; error?: string; suberror?: string };
};

/** One request as the emulator saw it: the witness that tests read. */
export type RecordedCall = {
  at: number;
  service: 'entra' | 'graph' | 'storage' | 'emulator';
  method: string;
  /** Path and query, decoded for reading. */
  path: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  status: number;
  responseBody: string;
};

/** Everything that the rooms of the emulator share. */
export type Context = {
  /** Epoch milliseconds of the emulator's clock. */
  now: () => number;
  directory: Directory;
  mailboxes: Mailboxes;
  /** By tenant: application access policies. By id: every Teams meeting, with or without an event; what they left. */
  teams: {
    policies: Map<string, Propagated<TeamsPolicies>>;
    meetings: Map<string, TeamsMeeting>;
    artifacts: Artifacts;
  };
  /** Apps that were uploaded to Teams, by their id. */
  teamsApps: Map<string, TeamsApp>;
  /** By tenant: which mailboxes apps may open. */
  exchange: Map<string, Propagated<ExchangeScopes>>;
  /** Who listens to changes, and what is on its way to them. */
  notifications: Notifications;
  /** The way to those who listen. */
  post: Post;
  /** Sign-in sessions, codes and spent assertions. */
  entra: EntraState;
  switches: Switches;
  faults: Fault[];
  calls: RecordedCall[];
  /** Base URLs under which clients see us, without a trailing slash. */
  origins: { entra: string; graph: string; control: string; storage: string };
  /** The RSA key pair of access and ID tokens. */
  keys: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey; publicJwk: Record<string, unknown> };
  /** Moves the emulator's clock; both take epoch milliseconds or a span of them. */
  clock: { set: (to: number) => void; advance: (ms: number) => void };
  /** Forgets everything and plants the seed again. */
  reset: () => void;
};
