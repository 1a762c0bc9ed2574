// Written by scripts/write-client.ts from docs/openapi.json.

export type Member = {
  id: string;
  email: string;
  name: string;
  role: 'owner' | 'admin' | 'operator' | 'viewer';
  timeZone: string;

  /** What the workspace’s own systems know them by, such as a staff number. */
  attributes: Record<string, string>;
};

/** RFC 9457 problem details */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  remedy: string;
  retryable: boolean;
  requestId: string;
  errors?: { pointer: string; detail: string }[];
  provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
};

export type Workspace = {
  id: string;
  slug: string;
  name: string;

  /** The language of mail to people who have not chosen one. */
  locale: 'en' | 'de' | 'fr' | 'es';

  /** What is done when somebody changes one of our meetings in Outlook: take it over, ask, or put it back. */
  outlookChanges: 'follow' | 'ask' | 'revert';

  /** The sites that may show the booking pages inside their own. */
  embedOrigins: string[];

  /** The sites whose pages, in browsers, may use the API keys of the workspace. */
  corsOrigins: string[];

  /** Where people may be sent back to after they connected an account by a link; compared to the letter. */
  returnUris: string[];

  /** Where visitors see their own appointments. */
  portalUrl: string;
};

export type ApiKey = {
  id: string;
  name: string;

  /** How its secret begins */
  hint: string;
  permissions: KeyPermission[];

  /** From where it is valid; empty: from anywhere */
  ipRanges: string[];
  expiresAt: string | null;

  /** The key beside which it was made, to take its place */
  replaces: string | null;

  /** To the minute */
  lastUsedAt: string | null;

  /** The address from which it was used then */
  lastUsedFrom: string | null;
  createdAt: string;
};

/** `*` for everything, or what may be done with a resource */
export type KeyPermission =
  | '*'
  | 'bookings:read'
  | 'bookings:write'
  | 'bookings:manage'
  | 'meetings:read'
  | 'meetings:write'
  | 'event-types:read'
  | 'event-types:write'
  | 'schedules:read'
  | 'schedules:write'
  | 'people:read'
  | 'people:write'
  | 'artifacts:read'
  | 'artifacts:write'
  | 'artifacts:manage'
  | 'artifact-content:read'
  | 'emails:read'
  | 'emails:write'
  | 'emails:manage'
  | 'events:read'
  | 'webhooks:read'
  | 'webhooks:write'
  | 'connections:read'
  | 'connections:write'
  | 'tenants:read'
  | 'tenants:write'
  | 'organizers:read'
  | 'organizers:write'
  | 'app-registrations:read'
  | 'app-registrations:write'
  | 'teams-app:read'
  | 'teams-app:write'
  | 'diagnostics:read'
  | 'diagnostics:write'
  | 'members:read'
  | 'members:write'
  | 'workspace:read'
  | 'workspace:write'
  | 'api-keys:read'
  | 'api-keys:write'
  | 'audit:read';

export type NewApiKey = ApiKey & { secret: string };

export type TeamsIntegration = {
  /** False: OAuth isn’t configured on this server yet. */
  configured: boolean;

  /** The app registration that people connect through; `deployment` is the server’s own. */
  registrationId: string | null;
  clientId: string | null;
  tenant: string | null;

  /** What must be registered in Entra, to the letter. */
  redirectUri: string;
  scopes: string[];

  /** For the administrator of a tenant whose users need approval. */
  adminConsentUrl: string | null;
  connection: Connection | null;
};

export type Connection = {
  id: string;

  /** Whose it is; `null`: of somebody who is no member. */
  memberId: string | null;
  provider: 'teams';
  kind: 'delegated';

  /** The app registration that it was granted to. */
  registrationId: string;
  state: 'connected' | 'reconnect_needed' | 'personal_account';

  /** Whether meetings can be made through it now. */
  takesBookings: boolean;
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
  } | null;

  /** What the application that asked calls its owner. */
  externalId: string | null;

  /** Notes of that application. */
  metadata: Record<string, unknown>;
  accountEmail: string | null;
  accountName: string | null;
  tenantId: string;
  objectId: string;
  grantedScopes: string[];
  missingScopes: string[];
  accessTokenExpiresAt: string;

  /** Where the owner of the account removes what they granted. */
  consentedAppsUrl: string;
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
};

export type CreatedConnectLink = ConnectLink & {
  /** What to send to the person. It is shown this once. */
  url: string;
};

export type ConnectLink = {
  id: string;
  status: 'waiting' | 'opened' | 'connected' | 'expired';

  /** What it became, or what it is to renew. */
  connectionId: string | null;
  returnUri: string | null;
  loginHint: string | null;
  externalId: string | null;
  metadata: Record<string, unknown>;

  /** What Microsoft asks the person for. */
  scopes: string[];
  expiresAt: string;
  createdAt: string;
};

export type NewConnectLink = {
  /** Where the person is sent afterwards: one of the workspace’s `returnUris`, to the letter. */
  returnUri?: string;

  /** Given back to you with the answer, as it is. */
  state?: string;

  /** The address of the account that is expected. */
  loginHint?: string;

  /** What you call the person. */
  externalId?: string;

  /** Notes of yours, given back with the connection. */
  metadata?: Record<string, string>;

  /** The connection to renew, with its own account. */
  connectionId?: string;
  expiresInSeconds?: number;
};

export type Reauthentication = {
  mode: 'notify' | 'force';

  /** People who are written to, or whose connection is put to rest. */
  asked: number;
  written: number;
  stopped: number;

  /** All whom it concerns, also those who are left alone. */
  people: ReauthenticatedPerson[];
};

export type ReauthenticatedPerson = {
  connectionId: string;

  /** `null`: of somebody who is no member. */
  memberId: string | null;
  externalId: string | null;
  name: string | null;
  accountEmail: string | null;
  missingScopes: string[];

  /** Where mail reaches them; `null`: no address is known. */
  mailTo: string | null;

  /** `asked_recently`: within a day, and so not written to again. */
  mail: 'queued' | 'asked_recently' | 'no_address' | 'not_configured';

  /** Whether the connection is put to rest. `false` too where it needs its person already. */
  stops: boolean;

  /** Before this request. */
  lastAskedAt: string | null;

  /** Meetings in their calendar that have not ended. */
  meetingsAhead: number;

  /** Of these, those that Parley has still to bring in step. */
  meetingsWaiting: number;
};

export type NewReauthentication = {
  /** `notify`: each person gets a mail. `force`: beside that, their connections rest until they have connected again. Nothing is cancelled. */
  mode: 'notify' | 'force';

  /** These alone; without it, all of the workspace. */
  connectionIds?: string[];

  /** Only those that lack something of what people are asked for today. Default: true. */
  onlyMissingScopes?: boolean;

  /** More people than this are not asked; then nobody is. Needed, but for `dryRun`. */
  cap?: number;

  /** A paragraph of your own for the mail. */
  message?: string;
};

export type EventType = {
  durationMinutes: number;
  slotStepMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  minNoticeMinutes: number;
  horizonDays: number;
  timeZone: string;

  /** Hours of the event type itself, in its zone; null: each operator’s own. Left out: Monday to Friday, nine to five. */
  schedule: {
    mon?: { from: string; to: string }[];
    tue?: { from: string; to: string }[];
    wed?: { from: string; to: string }[];
    thu?: { from: string; to: string }[];
    fri?: { from: string; to: string }[];
    sat?: { from: string; to: string }[];
    sun?: { from: string; to: string }[];
    overrides?: { date: string; ranges: { from: string; to: string }[] }[];
  } | null;

  /** Which of several operators a time is for. round_robin: one who is free, the one with the fewest bookings of this event type in the weeks around first. collective: all of them at once; the first leads, the others are invited. chosen: the one whom the visitor chooses. */
  assignment: 'round_robin' | 'collective' | 'chosen';

  /** Lengths beside `durationMinutes` that can be booked. */
  durationChoices: number[];

  /** How many bookings share one time and its meeting. */
  capacity: number;

  /** How many times of this event type an operator gives on one of their days. */
  mostPerDay: number | null;

  /** The same for a week, which begins on Monday. */
  mostPerWeek: number | null;

  /** Which entries of an Outlook calendar stand in the way. Busy ones with a time always do, free ones never. */
  busyRules: {
    /** Entries of whole days, but those that say somebody is away. */
    allDay: boolean;
    tentative: boolean;
    outOfOffice: boolean;
    workingElsewhere: boolean;
  };

  /** Bookings are requests until somebody approves them. */
  needsApproval: boolean;

  /** What visitors may change themselves: until how many minutes before the start, and how often. */
  changePolicy: { moveUntilMinutes: number; cancelUntilMinutes: number; mostMoves: number | null };

  /** How many weekly or fortnightly times a visitor may book as one; 1: no series. */
  mostInSeries: number;

  /** Who sends calendar invitations to visitors: Outlook, or Parley’s own mail. */
  invitations: 'outlook' | 'parley';

  /** How many minutes before the start visitors are reminded. */
  reminders: number[];
  id: string;

  /** Who takes the bookings, in order; the first leads where all of them meet the visitor. */
  operatorIds: string[];

  /** The first operator. */
  hostId: string;
  slug: string;
  title: string;
  description: string;
  active: boolean;

  /** Who owns the meetings. operator: the host, by their own connection, else as organizer of a tenant. default_organizer: the tenant’s, with the host as attendee. */
  organizer: 'operator' | 'default_organizer';

  /** calendar: an event with invitations. standalone: a Teams meeting on no calendar. */
  meetingKind: 'calendar' | 'standalone';
  meetingOptions: {
    lobbyBypassSettings?: {
      scope?:
        | 'organizer'
        | 'organization'
        | 'organizationAndFederated'
        | 'everyone'
        | 'invited'
        | 'organizationExcludingGuests';
      isDialInBypassEnabled?: boolean;
    };
    allowedLobbyAdmitters?: 'organizerAndCoOrganizersAndPresenters' | 'organizerAndCoOrganizers';
    allowedPresenters?: 'everyone' | 'organization' | 'roleIsPresenter' | 'organizer';
    isEntryExitAnnounced?: boolean;
    allowMeetingChat?: 'enabled' | 'disabled' | 'limited';
    allowTeamworkReactions?: boolean;
    allowAttendeeToEnableCamera?: boolean;
    allowAttendeeToEnableMic?: boolean;
    allowBreakoutRooms?: boolean;
    allowCopyingAndSharingMeetingContent?: boolean;
    allowLiveShare?: 'enabled' | 'disabled';
    allowPowerPointSharing?: boolean;
    allowWhiteboard?: boolean;
    allowRecording?: boolean;
    allowTranscription?: boolean;
    recordAutomatically?: boolean;
    watermarkProtection?: { isEnabledForContentSharing?: boolean; isEnabledForVideo?: boolean };
  } | null;

  /** Whether visitors can book it now. */
  takesBookings: boolean;

  /** Why they cannot, as a sentence. */
  closedReason: string | null;
  bookingUrl: string;
  createdAt: string;
  updatedAt: string;
};

export type EventTypeInput = {
  durationMinutes?: number;
  slotStepMinutes?: number;
  bufferBeforeMinutes?: number;
  bufferAfterMinutes?: number;
  minNoticeMinutes?: number;
  horizonDays?: number;
  timeZone: string;

  /** Hours of the event type itself, in its zone; null: each operator’s own. Left out: Monday to Friday, nine to five. */
  schedule?: {
    mon?: { from: string; to: string }[];
    tue?: { from: string; to: string }[];
    wed?: { from: string; to: string }[];
    thu?: { from: string; to: string }[];
    fri?: { from: string; to: string }[];
    sat?: { from: string; to: string }[];
    sun?: { from: string; to: string }[];
    overrides?: { date: string; ranges: { from: string; to: string }[] }[];
  } | null;

  /** Who takes the bookings, in order; the first leads where all of them meet the visitor. */
  operatorIds?: string[];

  /** Short for `operatorIds` with one operator. */
  hostId?: string;
  slug: string;
  title: string;
  description?: string;
  active?: boolean;

  /** Who owns the meetings. operator: the host, by their own connection, else as organizer of a tenant. default_organizer: the tenant’s, with the host as attendee. */
  organizer?: 'operator' | 'default_organizer';

  /** calendar: an event with invitations. standalone: a Teams meeting on no calendar. */
  meetingKind?: 'calendar' | 'standalone';
  meetingOptions?: {
    lobbyBypassSettings?: {
      scope?:
        | 'organizer'
        | 'organization'
        | 'organizationAndFederated'
        | 'everyone'
        | 'invited'
        | 'organizationExcludingGuests';
      isDialInBypassEnabled?: boolean;
    };
    allowedLobbyAdmitters?: 'organizerAndCoOrganizersAndPresenters' | 'organizerAndCoOrganizers';
    allowedPresenters?: 'everyone' | 'organization' | 'roleIsPresenter' | 'organizer';
    isEntryExitAnnounced?: boolean;
    allowMeetingChat?: 'enabled' | 'disabled' | 'limited';
    allowTeamworkReactions?: boolean;
    allowAttendeeToEnableCamera?: boolean;
    allowAttendeeToEnableMic?: boolean;
    allowBreakoutRooms?: boolean;
    allowCopyingAndSharingMeetingContent?: boolean;
    allowLiveShare?: 'enabled' | 'disabled';
    allowPowerPointSharing?: boolean;
    allowWhiteboard?: boolean;
    allowRecording?: boolean;
    allowTranscription?: boolean;
    recordAutomatically?: boolean;
    watermarkProtection?: { isEnabledForContentSharing?: boolean; isEnabledForVideo?: boolean };
  } | null;

  /** Which of several operators a time is for. round_robin: one who is free, the one with the fewest bookings of this event type in the weeks around first. collective: all of them at once; the first leads, the others are invited. chosen: the one whom the visitor chooses. */
  assignment?: 'round_robin' | 'collective' | 'chosen';

  /** Lengths beside `durationMinutes` that can be booked. */
  durationChoices?: number[];

  /** How many bookings share one time and its meeting. */
  capacity?: number;

  /** How many times of this event type an operator gives on one of their days. */
  mostPerDay?: number | null;

  /** The same for a week, which begins on Monday. */
  mostPerWeek?: number | null;

  /** Which entries of an Outlook calendar stand in the way. Busy ones with a time always do, free ones never. */
  busyRules?: {
    /** Entries of whole days, but those that say somebody is away. */
    allDay: boolean;
    tentative: boolean;
    outOfOffice: boolean;
    workingElsewhere: boolean;
  };

  /** Bookings are requests until somebody approves them. */
  needsApproval?: boolean;

  /** What visitors may change themselves: until how many minutes before the start, and how often. */
  changePolicy?: { moveUntilMinutes: number; cancelUntilMinutes: number; mostMoves: number | null };

  /** How many weekly or fortnightly times a visitor may book as one; 1: no series. */
  mostInSeries?: number;

  /** Who sends calendar invitations to visitors: Outlook, or Parley’s own mail. */
  invitations?: 'outlook' | 'parley';

  /** How many minutes before the start visitors are reminded. */
  reminders?: number[];
};

export type Hold = { key: string; start: string; end: string; operatorIds: string[]; expiresAt: string };

export type NewHold = {
  start: string;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;

  /** The operator who is wanted; else one who is free. */
  operatorId?: string;

  /** The visitor’s secret. Left out: a new one is made. */
  key?: string;
};

export type Schedule = {
  timeZone: string;
  weekly: {
    mon?: { from: string; to: string }[];
    tue?: { from: string; to: string }[];
    wed?: { from: string; to: string }[];
    thu?: { from: string; to: string }[];
    fri?: { from: string; to: string }[];
    sat?: { from: string; to: string }[];
    sun?: { from: string; to: string }[];
    overrides?: { date: string; ranges: { from: string; to: string }[] }[];
  };

  /** Whose public holidays are days off; a date with hours of its own is worked all the same. */
  holidays: {
    /** ISO 3166-1 code */
    country: string;

    /** ISO 3166-2 code without the country, where holidays differ within it */
    region?: string;
  } | null;
};

export type TimeOff = { id: string; memberId: string; firstDay: string; lastDay: string; note: string };

export type Booking = {
  id: string;
  eventTypeId: string;

  /** The operator who leads. */
  hostId: string;

  /** Everybody who meets the visitor, the leader first. */
  operators: { id: string; name: string }[];

  /** requested: somebody has to approve it · confirmed · declined: also where an approval was taken back · cancelled · completed: its time is over · no_show: the visitor did not come */
  status: 'requested' | 'confirmed' | 'declined' | 'cancelled' | 'completed' | 'no_show';
  start: string;
  end: string;
  visitor: {
    name: string;
    email: string;
    timeZone: string;
    note: string;

    /** The language in which they are written to. */
    locale: string;
  };
  attendees: {
    email: string;
    name: string | null;

    /** Where they were picked from. */
    from: 'contact' | 'user' | 'email';
  }[];
  contactId: string | null;
  organisationId: string | null;
  teamsMeeting: boolean;
  meeting: Meeting | null;
  seriesId: string | null;

  /** How often the visitor has moved it. */
  moves: number;

  /** Who approved or declined it: a member, an API key. */
  decidedBy: string | null;
  decidedAt: string | null;
  decisionNote: string;

  /** The visitor’s own page: join, move, cancel. Whoever has it can do the same, so those who only look get `null`. */
  manageUrl: string | null;

  /** Why it was cancelled or declined. */
  cancelReason: string | null;
  cancelledAt: string | null;

  /** Legal hold: what is left of its meeting is not deleted. */
  hold: { at: string; by: string; reason: string } | null;
  createdAt: string;
  updatedAt: string;
};

/** null while it is only requested, and where no Teams meeting is wanted. */
export type Meeting = {
  id: string;
  externalId: string | null;

  /** The booking whose meeting this is, if any. */
  bookingId: string | null;

  /** What Parley makes Microsoft match. */
  wanted: 'scheduled' | 'cancelled';
  connectionId: string | null;
  tenantConnectionId: string | null;

  /** delegated: with the organizer’s own connection. app-only: with the tenant’s. */
  access: 'delegated' | 'app-only';
  kind: 'calendar' | 'standalone' | 'external';
  organizer: { tenantId: string; objectId: string };
  subject: string;
  start: string;
  end: string;
  timeZone: string;
  attendees: {
    email: string;
    name: string | null;
    role?: 'attendee' | 'presenter' | 'coorganizer';

    /** What is looked for in the tenant’s directory. */
    match?: string;

    /** Who was found there. */
    objectId?: string;
    unmatched?: 'none' | 'several' | 'not_permitted';
  }[];
  options: {
    wanted: {
      lobbyBypassSettings?: {
        scope?:
          | 'organizer'
          | 'organization'
          | 'organizationAndFederated'
          | 'everyone'
          | 'invited'
          | 'organizationExcludingGuests';
        isDialInBypassEnabled?: boolean;
      };
      allowedLobbyAdmitters?: 'organizerAndCoOrganizersAndPresenters' | 'organizerAndCoOrganizers';
      allowedPresenters?: 'everyone' | 'organization' | 'roleIsPresenter' | 'organizer';
      isEntryExitAnnounced?: boolean;
      allowMeetingChat?: 'enabled' | 'disabled' | 'limited';
      allowTeamworkReactions?: boolean;
      allowAttendeeToEnableCamera?: boolean;
      allowAttendeeToEnableMic?: boolean;
      allowBreakoutRooms?: boolean;
      allowCopyingAndSharingMeetingContent?: boolean;
      allowLiveShare?: 'enabled' | 'disabled';
      allowPowerPointSharing?: boolean;
      allowWhiteboard?: boolean;
      allowRecording?: boolean;
      allowTranscription?: boolean;
      recordAutomatically?: boolean;
      watermarkProtection?: { isEnabledForContentSharing?: boolean; isEnabledForVideo?: boolean };
    } | null;

    /** Options are set after the meeting has its link; what Teams refuses does not cost the meeting. */
    state: 'none' | 'pending' | 'applied' | 'refused';
    refused: { option: string; code: string; detail: string }[];
    problem: {
      type: string;
      title: string;
      status: number;
      detail?: string;
      code: string;
      remedy: string;
      retryable: boolean;
      errors?: { pointer: string; detail: string }[];
      provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
      retryAt: string | null;
    } | null;
    appliedAt: string | null;
  };

  /** pending: Microsoft has not been asked yet, or is asked again soon · provisioning: the event exists, its link is on its way · ready: the join link was read back · failed: a person is needed · cancelled · out_of_sync: somebody changed or removed it in Outlook, and a person decides what holds (`resolve`) */
  status: 'pending' | 'provisioning' | 'ready' | 'failed' | 'cancelled' | 'out_of_sync';

  /** While it is out of sync: what was found in Outlook. Only what differs from what is wanted here. */
  outlookChange: {
    kind: 'changed' | 'deleted' | 'cancelled';
    seenAt: string;
    subject?: string;
    start?: string;
    end?: string;

    /** all_day: it lasts whole days now · series: it recurs. Both are asked about, never followed. */
    became?: 'all_day' | 'series';
  } | null;

  /** Whether Microsoft shows what is wanted here. */
  inSync: boolean;
  joinUrl: string | null;

  /** Of an external meeting: the conference that somebody else runs. */
  conference: {
    provider: string;
    url: string;
    meetingCode?: string;
    password?: string;
    pin?: string;
    phone?: string[];
  } | null;

  /** Your own notes, as you gave them. */
  metadata: Record<string, string>;

  /** The event in the organizer’s Outlook on the web. */
  webLink: string | null;
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
    retryAt: string | null;
  } | null;
  syncedAt: string | null;
  createdAt: string;
  updatedAt: string;
};

export type NewBooking = {
  eventTypeId: string;
  start: string;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;

  /** The operator who is wanted; else one who is free. */
  operatorId?: string;
  visitor: {
    name: string;
    email: string;
    timeZone: string;
    locale?: 'en' | 'de' | 'fr' | 'es';
    note?: string;
    attributes?: Record<string, string>;
  };

  /** Who comes along. Each address is invited once, whatever its capital letters. */
  attendees?: {
    email: string;
    name?: string | null;
    from?: 'contact' | 'user' | 'email';

    /** Of the contact or member; the object id of a directory user. */
    id?: string;
  }[];
  contactId?: string | null;
  organisationId?: string | null;

  /** Whether a Teams meeting is made for it. */
  teamsMeeting?: boolean;

  /** The key of the hold that kept the time. */
  holdKey?: string;

  /** Books at once what visitors of this event type can only request. */
  approved?: boolean;

  /** Also outside the operator’s hours, notice and limits. What is booked, or busy in Outlook, stays in the way. */
  anyTime?: boolean;
};

export type Contact = {
  id: string;

  /** Your own id; unique among its kind in the workspace. */
  externalId: string | null;
  name: string;
  email: string;
  organisationId: string | null;
  organisationName: string | null;
  timeZone: string | null;
  locale: string | null;
  createdAt: string;
  updatedAt: string;
};

export type FoundUser = {
  /** A member’s id, or the object id of somebody in a directory. */
  id: string;
  name: string;
  email: string;
  from: 'member' | 'directory';
};

export type Organisation = {
  id: string;

  /** Your own id; unique among its kind in the workspace. */
  externalId: string | null;
  name: string;

  /** Who is invited where none of its contacts is named. */
  defaultEmail: string | null;
  createdAt: string;
  updatedAt: string;
};

export type NewMeeting = {
  /** Your own id; unique in the workspace. */
  externalId?: string;

  /** In whose mailbox the meeting lives: a member (by their own connection, else as organizer of a tenant), a connection, or an organizer of a tenant. */
  organizer:
    | { memberId: string }
    | { connectionId: string }
    | { organizerId: string }
    | { userPrincipalName: string; tenantId?: string };

  /** calendar: an event with invitations. standalone: a Teams meeting on no calendar; nobody is invited, and Teams keeps no dependable recordings or transcripts of it. external: an event with invitations whose conference, if it has one, is not made here. */
  kind?: 'calendar' | 'standalone' | 'external';

  /** Of an external meeting: what its event tells of the conference that somebody else runs. */
  conference?: {
    provider: string;
    url: string;
    meetingCode?: string;
    password?: string;
    pin?: string;
    phone?: string[];
  } | null;

  /** What is left out stays as the organizer’s policy has it. */
  options?: {
    lobbyBypassSettings?: {
      scope?:
        | 'organizer'
        | 'organization'
        | 'organizationAndFederated'
        | 'everyone'
        | 'invited'
        | 'organizationExcludingGuests';
      isDialInBypassEnabled?: boolean;
    };
    allowedLobbyAdmitters?: 'organizerAndCoOrganizersAndPresenters' | 'organizerAndCoOrganizers';
    allowedPresenters?: 'everyone' | 'organization' | 'roleIsPresenter' | 'organizer';
    isEntryExitAnnounced?: boolean;
    allowMeetingChat?: 'enabled' | 'disabled' | 'limited';
    allowTeamworkReactions?: boolean;
    allowAttendeeToEnableCamera?: boolean;
    allowAttendeeToEnableMic?: boolean;
    allowBreakoutRooms?: boolean;
    allowCopyingAndSharingMeetingContent?: boolean;
    allowLiveShare?: 'enabled' | 'disabled';
    allowPowerPointSharing?: boolean;
    allowWhiteboard?: boolean;
    allowRecording?: boolean;
    allowTranscription?: boolean;
    recordAutomatically?: boolean;
    watermarkProtection?: { isEnabledForContentSharing?: boolean; isEnabledForVideo?: boolean };
  } | null;
  subject: string;
  start: string;
  end: string;
  timeZone?: string;
  attendees?: {
    email: string;
    name?: string | null;

    /** Presenters and co-organizers are people of the organizer’s tenant, in standalone meetings only. */
    role?: 'attendee' | 'presenter' | 'coorganizer';
  }[];

  /** Your own notes: at most 50 keys of 40 characters with texts of 500. Microsoft is not told. */
  metadata?: Record<string, string>;

  /** Plain text of the invitation. */
  body?: string;
};

export type MeetingChanges = {
  subject?: string;
  start?: string;
  end?: string;
  timeZone?: string;
  attendees?: {
    email: string;
    name?: string | null;

    /** Presenters and co-organizers are people of the organizer’s tenant, in standalone meetings only. */
    role?: 'attendee' | 'presenter' | 'coorganizer';
  }[];
  options?: {
    lobbyBypassSettings?: {
      scope?:
        | 'organizer'
        | 'organization'
        | 'organizationAndFederated'
        | 'everyone'
        | 'invited'
        | 'organizationExcludingGuests';
      isDialInBypassEnabled?: boolean;
    };
    allowedLobbyAdmitters?: 'organizerAndCoOrganizersAndPresenters' | 'organizerAndCoOrganizers';
    allowedPresenters?: 'everyone' | 'organization' | 'roleIsPresenter' | 'organizer';
    isEntryExitAnnounced?: boolean;
    allowMeetingChat?: 'enabled' | 'disabled' | 'limited';
    allowTeamworkReactions?: boolean;
    allowAttendeeToEnableCamera?: boolean;
    allowAttendeeToEnableMic?: boolean;
    allowBreakoutRooms?: boolean;
    allowCopyingAndSharingMeetingContent?: boolean;
    allowLiveShare?: 'enabled' | 'disabled';
    allowPowerPointSharing?: boolean;
    allowWhiteboard?: boolean;
    allowRecording?: boolean;
    allowTranscription?: boolean;
    recordAutomatically?: boolean;
    watermarkProtection?: { isEnabledForContentSharing?: boolean; isEnabledForVideo?: boolean };
  } | null;

  /** Of an external meeting: what its event tells from now on. `null` takes it out. */
  conference?: {
    provider: string;
    url: string;
    meetingCode?: string;
    password?: string;
    pin?: string;
    phone?: string[];
  } | null;

  /** All of your own notes: those that are left out are forgotten. */
  metadata?: Record<string, string>;
};

export type WholeMeeting = {
  /** In whose mailbox the meeting lives: a member (by their own connection, else as organizer of a tenant), a connection, or an organizer of a tenant. */
  organizer:
    | { memberId: string }
    | { connectionId: string }
    | { organizerId: string }
    | { userPrincipalName: string; tenantId?: string };

  /** calendar: an event with invitations. standalone: a Teams meeting on no calendar; nobody is invited, and Teams keeps no dependable recordings or transcripts of it. external: an event with invitations whose conference, if it has one, is not made here. */
  kind?: 'calendar' | 'standalone' | 'external';

  /** Of an external meeting: what its event tells of the conference that somebody else runs. */
  conference?: {
    provider: string;
    url: string;
    meetingCode?: string;
    password?: string;
    pin?: string;
    phone?: string[];
  } | null;

  /** What is left out stays as the organizer’s policy has it. */
  options?: {
    lobbyBypassSettings?: {
      scope?:
        | 'organizer'
        | 'organization'
        | 'organizationAndFederated'
        | 'everyone'
        | 'invited'
        | 'organizationExcludingGuests';
      isDialInBypassEnabled?: boolean;
    };
    allowedLobbyAdmitters?: 'organizerAndCoOrganizersAndPresenters' | 'organizerAndCoOrganizers';
    allowedPresenters?: 'everyone' | 'organization' | 'roleIsPresenter' | 'organizer';
    isEntryExitAnnounced?: boolean;
    allowMeetingChat?: 'enabled' | 'disabled' | 'limited';
    allowTeamworkReactions?: boolean;
    allowAttendeeToEnableCamera?: boolean;
    allowAttendeeToEnableMic?: boolean;
    allowBreakoutRooms?: boolean;
    allowCopyingAndSharingMeetingContent?: boolean;
    allowLiveShare?: 'enabled' | 'disabled';
    allowPowerPointSharing?: boolean;
    allowWhiteboard?: boolean;
    allowRecording?: boolean;
    allowTranscription?: boolean;
    recordAutomatically?: boolean;
    watermarkProtection?: { isEnabledForContentSharing?: boolean; isEnabledForVideo?: boolean };
  } | null;
  subject: string;
  start: string;
  end: string;
  timeZone?: string;
  attendees?: {
    email: string;
    name?: string | null;

    /** Presenters and co-organizers are people of the organizer’s tenant, in standalone meetings only. */
    role?: 'attendee' | 'presenter' | 'coorganizer';
  }[];

  /** Your own notes: at most 50 keys of 40 characters with texts of 500. Microsoft is not told. */
  metadata?: Record<string, string>;

  /** Plain text of the invitation. It cannot change once it was sent. */
  body?: string;
};

export type Operation = {
  id: string;

  /** Where it is read again, as `Location` says. */
  url: string;

  /** pending: Microsoft has not been asked yet, or is asked again at `retryAt` · succeeded: Microsoft shows what was wanted, or what was wanted later in its place · failed: a person is needed, see `problem`; tried again, it is pending once more · cancelled: the meeting was cancelled before it came true */
  status: 'pending' | 'succeeded' | 'failed' | 'cancelled';

  /** What the request made or changed; it exists from the first answer on. */
  resource: { kind: 'meeting' | 'booking' | 'booking_series'; id: string; url: string };

  /** Why it failed, or why it takes longer. */
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
    retryAt: string | null;
  } | null;

  /** While it is pending: when Microsoft is asked again. */
  retryAt: string | null;
  createdAt: string;

  /** When its meeting last changed. */
  updatedAt: string;
};

export type MeetingResolution = {
  action: 'accept' | 'restore' | 'recreate' | 'cancel';

  /** Where it is cancelled: what its visitors are told. */
  reason?: string;
};

export type Artifact = {
  id: string;
  kind: 'recording' | 'transcript' | 'attendance';
  meetingId: string;

  /** The bookings whose meeting it is of; several in a group. */
  bookingIds: string[];
  subject: string;

  /** When recording, transcription or the session began. */
  startedAt: string;
  endedAt: string | null;

  /** Of a recording its transcript, of a transcript its recording: both of the same call. */
  pairedWith: string | null;
  contentType: string;
  bytes: number | null;

  /** Of the content as Microsoft gave it, in hexadecimal. */
  sha256: string | null;

  /** microsoft: played from there · fetching: being copied into the internal storage, played from Microsoft meanwhile · stored: in the internal storage · database: kept in the row · deleted */
  storage: 'microsoft' | 'fetching' | 'stored' | 'database' | 'deleted';

  /** Why the copy has not succeeded so far. */
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
    retryAt: string | null;
  } | null;
  transcript: {
    /** Whether it says who spoke. */
    attributed: boolean;
    language: string | null;
  } | null;
  attendance: { participants: number } | null;

  /** Under legal hold: it is not deleted. */
  held: boolean;

  /** When retention deletes it; null: never by itself. */
  keptUntil: string | null;
  deletedAt: string | null;

  /** A member, an API key, or `retention`. */
  deletedBy: string | null;
  createdAt: string;
};

export type MeetingArtifacts = { captures: ArtifactCapture[]; data: Artifact[] };

export type ArtifactCapture = {
  kind: 'recording' | 'transcript' | 'attendance';

  /** waiting: Microsoft needs minutes to hours · ready: something is there · none: nothing came within 48 hours · refused: somebody has to put something right (`problem`) · off: not switched on · not_possible: Teams keeps none of such a meeting */
  state: 'waiting' | 'ready' | 'none' | 'refused' | 'off' | 'not_possible';

  /** The state in words. */
  sentence: string;
  found: number;

  /** When Microsoft last gave a whole list. */
  checkedAt: string | null;
  nextLookAt: string | null;
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
    retryAt: string | null;
  } | null;
};

export type ArtifactSettings = {
  /** *Download recordings to internal storage*. Off: they are played from Microsoft. */
  downloadRecordings: boolean;

  /** *Show recordings and transcripts in the client portal*: asked each time somebody looks. */
  showInPortal: boolean;

  /** Days after which each kind is deleted; null: never by itself. */
  keepDays: { recording: number | null; transcript: number | null; attendance: number | null };
};

export type Transcript = {
  data: {
    /** Which line of the transcript it is, from 0. */
    position: number;

    /** Milliseconds from the beginning of the transcript; negative where talking began before the recording. */
    startMs: number;
    endMs: number;

    /** null where the tenant does not let apps read who said what. */
    speaker: string | null;

    /** Plain text on one line, not HTML. */
    text: string;

    /** Where in `text` it was found: from this character to before that one, in UTF-16 code units. */
    matches: [number, number][];
  }[];

  /** In how many lines `q` was found; 0 without it. */
  matches: number;
};

export type Attendance = { data: AttendanceRecord[] };

export type AttendanceRecord = {
  name: string | null;

  /** Guests have none. */
  email: string | null;

  /** Of people of a tenant: their id in its directory. */
  objectId: string | null;

  /** In Microsoft’s word. */
  role: string | null;
  totalSeconds: number;

  /** Who leaves and comes again has several. */
  intervals: { joinedAt: string; leftAt: string; seconds: number }[];
};

export type FoundLine = {
  artifactId: string;
  meetingId: string;

  /** The meeting’s. */
  subject: string;

  /** When transcription began. */
  startedAt: string;

  /** Which line of the transcript it is, from 0. */
  position: number;

  /** Milliseconds from the beginning of the transcript; negative where talking began before the recording. */
  startMs: number;

  /** null where the tenant does not let apps read who said what. */
  speaker: string | null;

  /** Plain text on one line, not HTML. */
  text: string;

  /** Where in `text` it was found: from this character to before that one, in UTF-16 code units. */
  matches: [number, number][];
};

export type Diagnosis = {
  startedAt: string;
  findings: Finding[];
  summary: { ok: number; warning: number; failed: number; skipped: number; not_known: number };

  /** Everything as a text to hand on: ids, codes and times, no secrets */
  report: string;
};

export type Finding = {
  check: string;

  /** What was looked at */
  label: string;

  /** `failed` is proven to be wrong; `not_known` could not be found out this time; `skipped` was not tried */
  status: 'ok' | 'warning' | 'failed' | 'skipped' | 'not_known';

  /** The result as a sentence */
  title: string;
  notes: string[];
  remedy: string | null;

  /** What an administrator pastes into PowerShell as it is, where a script helps */
  script?: { title: string; shell: 'teams'; text: string };

  /** A page in `/problems/` says more about it */
  problemCode: string | null;

  /** What was asked at Microsoft, and what it answered */
  exchanges: { asked: string; answered: string; requestId: string | null; at: string; durationMs: number }[];
  durationMs: number;
};

export type AppRegistration = {
  /** `deployment` is the server’s own, from its configuration. */
  id: string;
  name: string;
  clientId: string;
  tenant: string;
  cloud: 'global' | 'gcc-high' | 'dod' | 'china';
  scopes: string[];
  redirectUris: string[];
  assertion: 'PS256' | 'RS256';

  /** Whether people of the workspace connect through it. */
  usedForSignIn: boolean;
  readOnly: boolean;

  /** Whether whole tenants can be connected with it, and why not. */
  appOnly: { possible: boolean; reason: string | null };

  /** The page of this registration in the Entra admin center. */
  portalUrl: string;
  credentials: AppCredential[];
  createdAt: string | null;
  updatedAt: string | null;
};

export type AppCredential = {
  id: string;
  kind: 'certificate' | 'secret';
  name: string;

  /** proven: Entra took it · unproven: Entra was not asked with it yet · refused: see `problem` */
  state: 'proven' | 'unproven' | 'refused' | 'not_yet_valid' | 'expired';

  /** Thumbprint of a certificate, as Entra shows it. */
  sha1: string | null;
  sha256: string | null;
  startsAt: string | null;
  expiresAt: string | null;
  daysLeft: number | null;
  workedAt: string | null;
  refusedAt: string | null;
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
  } | null;
  createdAt: string;
};

export type AppRegistrationInput = {
  name: string;
  clientId: string;

  /** A tenant’s GUID. `common` and `organizations` serve delegated connections only. */
  tenant: string;
  cloud?: 'global' | 'gcc-high' | 'dod' | 'china';

  /** Delegated permissions: what people who sign in are asked for. */
  scopes?: string[];

  /** As registered in Entra, to the letter; the first one is used. */
  redirectUris?: string[];

  /** How certificates sign assertions: PS256 with x5t#S256, or RS256 with x5t for old set-ups. */
  assertion?: 'PS256' | 'RS256';
  usedForSignIn?: boolean;
};

export type AppRegistrationChange = {
  name?: string;
  cloud?: 'global' | 'gcc-high' | 'dod' | 'china';

  /** Delegated permissions: what people who sign in are asked for. */
  scopes?: string[];

  /** As registered in Entra, to the letter; the first one is used. */
  redirectUris?: string[];

  /** How certificates sign assertions: PS256 with x5t#S256, or RS256 with x5t for old set-ups. */
  assertion?: 'PS256' | 'RS256';
  usedForSignIn?: boolean;
};

export type CertificateInput = { name: string; years?: 1 | 2 | 3 };

export type CertificateImport = {
  name: string;

  /** PEM with private key and certificate, or PFX (PKCS#12); RSA of at least 2048 bits. */
  file: string;

  /** Opens the file, and is forgotten. */
  password?: string;
};

export type ClientSecretInput = {
  name: string;

  /** Write-only: no answer ever holds it. */
  secret: string;

  /** As Entra shows it: then Parley warns before. */
  expiresAt?: string;
};

export type Tenant = {
  id: string;

  /** `deployment` is the server’s own registration. */
  registrationId: string;

  /** `null` while the server’s own is not configured. */
  clientId: string | null;
  tenantId: string;
  name: string | null;
  domains: string[];
  stage: 'setup' | 'pilot' | 'live' | 'paused';
  features: string[];

  /** `User.ReadBasic.All` instead of `User.Read.All`. */
  reduced: boolean;
  permissions: {
    name: string;
    id: string;
    reasons: string[];

    /** `null`: no token yet, or granted by Exchange, where no token shows it. */
    granted: boolean | null;
  }[];
  policyName: string;
  needsTeamsPolicy: boolean;
  exchangeScope: 'rbac' | 'access-policy' | 'none';
  exchangeGroup: string | null;
  outsideMailbox: string | null;
  identityRules: {
    operator: {
      local: string;
      remote:
        | 'mail'
        | 'userPrincipalName'
        | 'employeeId'
        | 'onPremisesImmutableId'
        | 'id'
        | 'proxyAddress'
        | 'extensionAttribute1'
        | 'extensionAttribute2'
        | 'extensionAttribute3'
        | 'extensionAttribute4'
        | 'extensionAttribute5'
        | 'extensionAttribute6'
        | 'extensionAttribute7'
        | 'extensionAttribute8'
        | 'extensionAttribute9'
        | 'extensionAttribute10'
        | 'extensionAttribute11'
        | 'extensionAttribute12'
        | 'extensionAttribute13'
        | 'extensionAttribute14'
        | 'extensionAttribute15';
    };
    visitor: {
      local: string;
      remote:
        | 'mail'
        | 'userPrincipalName'
        | 'employeeId'
        | 'onPremisesImmutableId'
        | 'id'
        | 'proxyAddress'
        | 'extensionAttribute1'
        | 'extensionAttribute2'
        | 'extensionAttribute3'
        | 'extensionAttribute4'
        | 'extensionAttribute5'
        | 'extensionAttribute6'
        | 'extensionAttribute7'
        | 'extensionAttribute8'
        | 'extensionAttribute9'
        | 'extensionAttribute10'
        | 'extensionAttribute11'
        | 'extensionAttribute12'
        | 'extensionAttribute13'
        | 'extensionAttribute14'
        | 'extensionAttribute15';
    };
  };
  defaultOrganizer: DefaultOrganizer | null;

  /** When somebody came back from consent: a claim. */
  consentedAt: string | null;

  /** When Parley last got a token: the proof. */
  verifiedAt: string | null;
  servicePrincipalId: string | null;

  /** Application permissions in the last token. */
  roles: string[];

  /** Why no token can be had. */
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
  } | null;
  createdAt: string;
  updatedAt: string;
};

export type DefaultOrganizer = {
  userPrincipalName: string;

  /** `null` until the name was found in the directory. */
  organizerId: string | null;
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
  } | null;
  askedAt: string | null;
};

export type Organizer = {
  id: string;

  /** The tenant connection: `ten_…`. */
  tenantId: string;
  objectId: string;
  userPrincipalName: string | null;
  mail: string | null;
  displayName: string | null;

  /** The operator whose meetings they own. */
  memberId: string | null;

  /** How they were found: the rule and the value. The object id is what counts from then on. */
  match: {
    local: string;
    remote:
      | 'mail'
      | 'userPrincipalName'
      | 'employeeId'
      | 'onPremisesImmutableId'
      | 'id'
      | 'proxyAddress'
      | 'extensionAttribute1'
      | 'extensionAttribute2'
      | 'extensionAttribute3'
      | 'extensionAttribute4'
      | 'extensionAttribute5'
      | 'extensionAttribute6'
      | 'extensionAttribute7'
      | 'extensionAttribute8'
      | 'extensionAttribute9'
      | 'extensionAttribute10'
      | 'extensionAttribute11'
      | 'extensionAttribute12'
      | 'extensionAttribute13'
      | 'extensionAttribute14'
      | 'extensionAttribute15';
    value: string;
    at: string;
  } | null;
  accountEnabled: boolean | null;
  userType: 'Member' | 'Guest' | null;
  teamsLicensed: boolean | null;

  /** What the last look in the directory found wrong. */
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
  } | null;
  lookedUpAt: string | null;
  allowed: boolean;
  pilot: boolean;
  policy: {
    state: 'unknown' | 'granted' | 'denied' | 'propagating';
    needed: boolean;

    /** When somebody said that the policy was granted. */
    since: string | null;
    provenAt: string | null;

    /** The policy that an administrator’s list named. */
    inForce: string | null;
    probedAt: string | null;
    nextProbeAt: string | null;
    problem: {
      type: string;
      title: string;
      status: number;
      detail?: string;
      code: string;
      remedy: string;
      retryable: boolean;
      errors?: { pointer: string; detail: string }[];
      provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
    } | null;
    sentence: string;
  };
  createdAt: string;
  updatedAt: string;
};

export type IdentityMatch = {
  memberId: string | null;
  name: string | null;
  value: string | null;
  outcome: 'one' | 'none' | 'several' | 'no_value' | 'not_known';
  candidates: {
    objectId: string;
    displayName: string | null;
    userPrincipalName: string | null;
    mail: string | null;
    accountEnabled: boolean | null;
    userType: 'Member' | 'Guest' | null;
    teamsLicensed: boolean | null;

    /** `null`: not known, or the app does not use calendars. */
    hasMailbox: boolean | null;
  }[];
  notes: ('disabled' | 'guest' | 'no_mailbox' | 'renamed' | 'differing_case' | 'not_licensed')[];
  organizerId: string | null;
  problem: {
    type: string;
    title: string;
    status: number;
    detail?: string;
    code: string;
    remedy: string;
    retryable: boolean;
    errors?: { pointer: string; detail: string }[];
    provider?: { status: number; code: string; requestId?: string; clientRequestId?: string; date?: string };
  } | null;
};

export type TenantSetup = {
  tenantId: string;
  stage: 'setup' | 'pilot' | 'live' | 'paused';
  steps: SetupStep[];
  checklist: {
    label: string;
    ok: boolean;
    detail: string;

    /** What is needed for the pilot is needed live too */
    neededFor: 'pilot' | 'live';

    /** Nothing that Parley can see: the person who signs says so */
    bySigning: boolean;
  }[];
  signOffs: { stage: 'pilot' | 'live'; signedBy: string; at: string }[];

  /** Whether everything but the signature is there */
  ready: { pilot: boolean; live: boolean };
};

export type SetupStep = {
  number: number;
  name:
    'registration' | 'permissions' | 'consent' | 'credential' | 'teams-policy' | 'exchange-scope' | 'test' | 'go-live';
  title: string;
  why: string;

  /** Who can do it */
  role:
    | 'Application Administrator'
    | 'Global Administrator'
    | 'Teams Administrator'
    | 'Exchange Administrator'
    | 'Workspace administrator';

  /** `open`: not checked, or changed since; `waiting`: for another step, or for Microsoft to apply what was done */
  state: 'done' | 'waiting' | 'failed' | 'not_needed' | 'open';

  /** The state in words */
  sentence: string;
  todo: string[];
  values: { label: string; value: string; copy: boolean }[];
  scripts: SetupScript[];
  link: { label: string; url: string } | null;

  /** What the last check found, unless it no longer counts */
  findings: Finding[];
  checkedAt: string | null;
};

export type SetupScript = {
  title: string;
  shell: 'teams' | 'exchange' | 'graph';

  /** A whole script: modules, sign-in, work. It can be pasted as it is. */
  text: string;
};

export type TeamsApp = {
  /** The id of the app in Teams: the same for every version. */
  appId: string;
  version: string;
  settings: {
    name: string;
    developerName: string;
    websiteUrl: string;
    privacyUrl: string;
    termsOfUseUrl: string;
    manifestVersion: '1.29' | '1.19';
  };
  tabUrl: string;

  /** null: there is no app registration yet with which people sign in. */
  registration: {
    id: string;
    name: string;
    clientId: string;

    /** The Application ID URI to enter under “Expose an API”. */
    resource: string;
    scope: string;
    portalUrl: string;
  } | null;

  /** The clients of Microsoft to authorize for the scope. */
  authorizedClients: { id: string; name: string }[];

  /** Why Teams would not open the tab now. */
  obstacle: string | null;
  manifest: Record<string, unknown> | null;
};

export type TeamsAppSettings = {
  /** What people see beside the icon in Teams. */
  name?: string;
  developerName?: string;
  websiteUrl?: string;
  privacyUrl?: string;
  termsOfUseUrl?: string;

  /** An older schema, for an admin center that does not take the current one yet. */
  manifestVersion?: '1.29' | '1.19';
};

export type WebhookEndpoint = {
  id: string;
  url: string;
  description: string;

  /** `null`: everything. */
  types: string[] | null;
  signature: 'hmac' | 'ed25519';

  /** In which words it is told. */
  format: 'standard' | 'nylas';

  /** Who is written to when nothing arrives, beside owners and admins. */
  alsoWarn: string[];

  /** For `ed25519`: what receivers verify with. */
  publicKey: string | null;

  /** Until then messages are signed with the secret before as well. */
  previousSecretUntil: string | null;
  status: 'enabled' | 'disabled';

  /** person: somebody did it here · gone: the receiver answered 410 · failing: nothing arrived for days */
  disabledReason: 'person' | 'gone' | 'failing' | null;
  disabledAt: string | null;

  /** While it is disabled for failing: when Parley asks next whether it answers again, and enables it if so. `null`: it does not ask. */
  nextProbeAt: string | null;

  /** More has happened than may wait at a time; the rest follows step by step as messages arrive. */
  catchingUp: boolean;

  /** Since when nothing has arrived; `null` if it works. */
  failingSince: string | null;
  warnedAt: string | null;
  createdAt: string;
  updatedAt: string;
};

export type WebhookEndpointWithSecret = WebhookEndpoint & {
  /** What receivers verify with. Shown this once; `null` for `ed25519`, whose public key is enough. */
  secret: string | null;
};

export type NewWebhookEndpoint = {
  url: string;
  description?: string;

  /** In the words of its format; of `nylas`: event.created, event.updated, event.deleted, grant.created, grant.updated, grant.deleted, grant.expired. `null`: all of them. */
  types?:
    | (
        | 'meeting.*'
        | 'booking.*'
        | 'recording.*'
        | 'transcript.*'
        | 'attendance.*'
        | 'artifact.*'
        | 'connection.*'
        | 'key.*'
        | 'registration.*'
        | 'credential.*'
        | 'teams_app.*'
        | 'tenant.*'
        | 'organizer.*'
        | 'webhook.*'
        | 'meeting.created'
        | 'meeting.changed'
        | 'meeting.cancel_requested'
        | 'meeting.conference_failing'
        | 'meeting.conference_assigned'
        | 'meeting.synced'
        | 'meeting.join_url_changed'
        | 'meeting.failed'
        | 'meeting.options_applied'
        | 'meeting.options_refused'
        | 'meeting.cancelled'
        | 'meeting.out_of_sync'
        | 'meeting.restored'
        | 'meeting.recreated'
        | 'booking.requested'
        | 'booking.confirmed'
        | 'booking.approved'
        | 'booking.declined'
        | 'booking.rescheduled'
        | 'booking.cancelled'
        | 'booking.completed'
        | 'booking.no_show'
        | 'booking.changed'
        | 'recording.ready'
        | 'transcript.ready'
        | 'attendance.ready'
        | 'artifact.refused'
        | 'connection.created'
        | 'connection.expired'
        | 'connection.deleted'
        | 'key.created'
        | 'key.changed'
        | 'key.revoked'
        | 'registration.created'
        | 'registration.changed'
        | 'registration.deleted'
        | 'credential.added'
        | 'credential.removed'
        | 'credential.expiring'
        | 'credential.expired'
        | 'teams_app.changed'
        | 'tenant.created'
        | 'tenant.changed'
        | 'tenant.consented'
        | 'tenant.verified'
        | 'tenant.failing'
        | 'tenant.paused'
        | 'tenant.resumed'
        | 'tenant.pilot_started'
        | 'tenant.went_live'
        | 'tenant.deleted'
        | 'organizer.added'
        | 'organizer.matched'
        | 'organizer.allowed'
        | 'organizer.disallowed'
        | 'organizer.policy_announced'
        | 'organizer.policy_granted'
        | 'organizer.policy_lost'
        | 'organizer.refused'
        | 'organizer.default_changed'
        | 'organizer.roster_imported'
        | 'organizer.removed'
        | 'webhook.failing'
        | 'webhook.disabled'
        | 'webhook.resumed'
        | 'event.created'
        | 'event.updated'
        | 'event.deleted'
        | 'grant.created'
        | 'grant.updated'
        | 'grant.deleted'
        | 'grant.expired'
      )[]
    | null;
  signature?: 'hmac' | 'ed25519';

  /** standard: thin messages · nylas: what receivers written for Nylas expect; the address has to answer a challenge */
  format?: 'standard' | 'nylas';

  /** Who is written to when nothing arrives, beside owners and admins. */
  alsoWarn?: string[];
};

export type WebhookEndpointChanges = {
  url?: string;
  description?: string;

  /** In the words of its format; of `nylas`: event.created, event.updated, event.deleted, grant.created, grant.updated, grant.deleted, grant.expired. `null`: all of them. */
  types?:
    | (
        | 'meeting.*'
        | 'booking.*'
        | 'recording.*'
        | 'transcript.*'
        | 'attendance.*'
        | 'artifact.*'
        | 'connection.*'
        | 'key.*'
        | 'registration.*'
        | 'credential.*'
        | 'teams_app.*'
        | 'tenant.*'
        | 'organizer.*'
        | 'webhook.*'
        | 'meeting.created'
        | 'meeting.changed'
        | 'meeting.cancel_requested'
        | 'meeting.conference_failing'
        | 'meeting.conference_assigned'
        | 'meeting.synced'
        | 'meeting.join_url_changed'
        | 'meeting.failed'
        | 'meeting.options_applied'
        | 'meeting.options_refused'
        | 'meeting.cancelled'
        | 'meeting.out_of_sync'
        | 'meeting.restored'
        | 'meeting.recreated'
        | 'booking.requested'
        | 'booking.confirmed'
        | 'booking.approved'
        | 'booking.declined'
        | 'booking.rescheduled'
        | 'booking.cancelled'
        | 'booking.completed'
        | 'booking.no_show'
        | 'booking.changed'
        | 'recording.ready'
        | 'transcript.ready'
        | 'attendance.ready'
        | 'artifact.refused'
        | 'connection.created'
        | 'connection.expired'
        | 'connection.deleted'
        | 'key.created'
        | 'key.changed'
        | 'key.revoked'
        | 'registration.created'
        | 'registration.changed'
        | 'registration.deleted'
        | 'credential.added'
        | 'credential.removed'
        | 'credential.expiring'
        | 'credential.expired'
        | 'teams_app.changed'
        | 'tenant.created'
        | 'tenant.changed'
        | 'tenant.consented'
        | 'tenant.verified'
        | 'tenant.failing'
        | 'tenant.paused'
        | 'tenant.resumed'
        | 'tenant.pilot_started'
        | 'tenant.went_live'
        | 'tenant.deleted'
        | 'organizer.added'
        | 'organizer.matched'
        | 'organizer.allowed'
        | 'organizer.disallowed'
        | 'organizer.policy_announced'
        | 'organizer.policy_granted'
        | 'organizer.policy_lost'
        | 'organizer.refused'
        | 'organizer.default_changed'
        | 'organizer.roster_imported'
        | 'organizer.removed'
        | 'webhook.failing'
        | 'webhook.disabled'
        | 'webhook.resumed'
        | 'event.created'
        | 'event.updated'
        | 'event.deleted'
        | 'grant.created'
        | 'grant.updated'
        | 'grant.deleted'
        | 'grant.expired'
      )[]
    | null;

  /** Who is written to when nothing arrives, beside owners and admins. */
  alsoWarn?: string[];
};

export type WebhookDelivery = {
  id: string;
  endpointId: string;

  /** `webhook-id`: the same at every attempt. */
  messageId: string;
  type: string;
  occurredAt: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  attemptsLeft: number;
  nextAttemptAt: string | null;

  /** The body, byte by byte as it is signed. Of the format `nylas`, without what is read anew at each attempt. */
  payload: string;

  /** The last answer. */
  response: {
    status: number;

    /** Its first 4 kB. */
    body: string;
  } | null;

  /** Why the last attempt failed. */
  error: string | null;
  history: { at: string; status: number | null; error: string | null; durationMs: number }[];
  deliveredAt: string | null;
  createdAt: string;
  updatedAt: string;
};

/** In the form of CloudEvents 1.0. */
export type Event = {
  specversion: '1.0';

  /** The same as `webhook-id` of the webhook about it. */
  id: string;

  /** This server; with `id`, it is unique in the world. */
  source: string;
  type: string;
  time: string;
  datacontenttype: 'application/json';

  /** What the webhook about it says: what it concerns, and `details`. */
  data: Record<string, unknown>;
};

export type Email = {
  id: string;
  bookingId: string | null;
  template: string | null;
  locale: string;
  recipient: string;
  subject: string;

  /** withdrawn: what it says was not true any more before it was sent */
  status: 'queued' | 'sent' | 'failed' | 'withdrawn';
  attempts: number;

  /** Why the last attempt failed, in the mail server’s words. */
  problem: string | null;
  retryAt: string | null;

  /** How it was handed over. */
  transport: 'smtp' | 'graph' | null;

  /** Why it did not go by the organizer’s mailbox, where that was wanted. */
  transportNote: string | null;

  /** Of the calendar file that goes with it (RFC 5546). */
  calendarMethod: 'REQUEST' | 'CANCEL' | 'PUBLISH' | null;

  /** The mail that somebody asked to have sent again. */
  resendOf: string | null;
  sentAt: string | null;
  createdAt: string;
};

export type EmailWithText = {
  id: string;
  bookingId: string | null;
  template: string | null;
  locale: string;
  recipient: string;
  subject: string;

  /** withdrawn: what it says was not true any more before it was sent */
  status: 'queued' | 'sent' | 'failed' | 'withdrawn';
  attempts: number;

  /** Why the last attempt failed, in the mail server’s words. */
  problem: string | null;
  retryAt: string | null;

  /** How it was handed over. */
  transport: 'smtp' | 'graph' | null;

  /** Why it did not go by the organizer’s mailbox, where that was wanted. */
  transportNote: string | null;

  /** Of the calendar file that goes with it (RFC 5546). */
  calendarMethod: 'REQUEST' | 'CANCEL' | 'PUBLISH' | null;

  /** The mail that somebody asked to have sent again. */
  resendOf: string | null;
  sentAt: string | null;
  createdAt: string;

  /** For those who manage the workspace: letters hold links. */
  text: string | null;
  html: string | null;
  calendar: string | null;
};

export type EmailTemplate = {
  template:
    | 'requested'
    | 'to_approve'
    | 'approved'
    | 'declined'
    | 'confirmed'
    | 'confirmed_staff'
    | 'rescheduled'
    | 'rescheduled_staff'
    | 'cancelled'
    | 'cancelled_staff'
    | 'reminder'
    | 'link_ready'
    | 'recording_ready'
    | 'connect_again'
    | 'reconnect_needed'
    | 'outside_reconnect_needed'
    | 'credential_expiring'
    | 'credential_expired'
    | 'webhook_failing'
    | 'webhook_resumed';
  locale: 'en' | 'de' | 'fr' | 'es';
  subject: string;
  body: string;

  /** Whether the words are the workspace’s own. */
  changed: boolean;

  /** What may stand between {{ and }}. */
  placeholders: string[];
  updatedAt: string | null;
};

/** Plain text. Empty lines part paragraphs; lines that begin with `1.` make a list. */
export type EmailTemplateText = { subject: string; body: string };

/** The letter, about people and times that do not exist. */
export type EmailPreview = { subject: string; text: string; html: string };

export type CalendarFeed = {
  /** Shown this once: whoever has it sees the member’s bookings. */
  url: string;

  /** The same, for calendar programs that subscribe with one click. */
  webcalUrl: string;
};

export type ArtifactLink = {
  /** Opens the content for whoever has the address, with `Range`. `?as=download` saves it; `?format=` is that of `GET /v1/artifacts/{id}/content`. */
  url: string;
  expiresAt: string;
};

export type AuditEntry = {
  /** 1, 2, 3 … within the workspace, without a gap. */
  position: number;
  at: string;
  actor: {
    kind: 'member' | 'key' | 'visitor' | 'parley';

    /** Of the member or key; of a visitor, the address; of Parley, what it did it for, such as retention. */
    id: string;

    /** Of the member or key, as it is today. */
    name: string | null;
  };

  /** artifact.viewed: A recording, transcript or attendance report was opened. artifact.downloaded: A recording, transcript or attendance report was downloaded. artifact.linked: A link was made that opens a recording, transcript or attendance report until it expires. artifact.denied: Somebody asked for a recording, transcript or attendance report that they may not see. artifact.deleted: A recording, transcript or attendance report was deleted: by somebody, or by retention. transcripts.searched: The transcripts of the workspace were searched. hold.set: A booking was put on legal hold: nothing that is left of its meetings is deleted. hold.lifted: The legal hold of a booking was lifted. connection.asked_again: The owner of a connection was asked to connect their account again. settings.artifacts_changed: The workspace’s settings of recordings were changed: storage, portal or retention. */
  action: string;

  /** What it was done to. */
  subjectId: string | null;

  /** The same as it is today; `null` when there is nothing of the kind in this workspace. */
  subject: {
    title: string;
    artifactKind: 'recording' | 'transcript' | 'attendance' | null;
    meetingId: string | null;
    bookingId: string | null;
  } | null;
  details: Record<string, unknown>;

  /** SHA-256 in hexadecimal, over this entry and the hash of the one before. */
  hash: string;
};

export type AuditVerification = {
  intact: boolean;
  entries: number;

  /** The first position whose entry is missing or is not what was written. */
  brokenAt: number | null;

  /** The hash of the last entry of an intact log. Kept elsewhere, it shows later that nothing was cut off or written anew. */
  lastHash: string | null;
};

export type ListBookingsQuery = {
  limit?: number;

  /** By start: earliest or latest first. */
  order?: 'asc' | 'desc';

  /** Only what starts at this instant or later. */
  from?: string;

  /** Only what starts before this instant. */
  to?: string;

  /** One or several, with commas. */
  status?: string;

  /** Those in which this operator takes part. */
  hostId?: string;
  eventTypeId?: string;
  seriesId?: string;

  /** Part of the visitor’s name or address. */
  q?: string;
};

export type UpdateBookingBody = {
  /** Who comes along. Each address is invited once, whatever its capital letters. */
  attendees?: {
    email: string;
    name?: string | null;
    from?: 'contact' | 'user' | 'email';

    /** Of the contact or member; the object id of a directory user. */
    id?: string;
  }[];
  note?: string;
  teamsMeeting?: boolean;
};

export type ListBookingHistoryItem = {
  type: string;
  at: string;

  /** visitor, outlook, parley or import, or the id of a member or API key; null: what Microsoft answered. */
  by: string | null;
  byName: string | null;
  data: Record<string, unknown>;
};

export type ApproveBookingBody = {
  start?: string;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;
  operatorId?: string;

  /** Whether a Teams meeting is made: *Generate Microsoft Teams meeting link*. Else as it was asked for. */
  teamsMeeting?: boolean;

  /** What the visitor is told with the approval. */
  note?: string;
};

export type DeclineBookingBody = { reason?: string };

export type RescheduleBookingBody = {
  start: string;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;
  operatorId?: string;

  /** Also outside the operator’s hours, notice and limits. What is booked, or busy in Outlook, stays in the way. */
  anyTime?: boolean;
};

export type CancelBookingBody = { reason?: string };

export type PreviewBookingSeriesBody = {
  eventTypeId: string;

  /** The first time; the others are at the same time of day in the event type’s zone. */
  start: string;
  every: 'week' | 'fortnight';
  times: number;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;
  operatorId?: string;

  /** Also outside the operator’s hours, notice and limits. What is booked, or busy in Outlook, stays in the way. */
  anyTime?: boolean;
};

export type PreviewBookingSeriesAnswer = {
  data: {
    start: string;
    end: string;
    free: boolean;

    /** Why not, as a sentence. */
    reason: string | null;
  }[];
};

export type CreateBookingSeriesBody = {
  eventTypeId: string;

  /** The first time; the others are at the same time of day in the event type’s zone. */
  start: string;
  every: 'week' | 'fortnight';
  times: number;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;
  operatorId?: string;

  /** Also outside the operator’s hours, notice and limits. What is booked, or busy in Outlook, stays in the way. */
  anyTime?: boolean;
  visitor: {
    name: string;
    email: string;
    timeZone: string;
    locale?: 'en' | 'de' | 'fr' | 'es';
    note?: string;
    attributes?: Record<string, string>;
  };

  /** Who comes along. Each address is invited once, whatever its capital letters. */
  attendees?: {
    email: string;
    name?: string | null;
    from?: 'contact' | 'user' | 'email';

    /** Of the contact or member; the object id of a directory user. */
    id?: string;
  }[];
  contactId?: string | null;
  organisationId?: string | null;

  /** Whether a Teams meeting is made for it. */
  teamsMeeting?: boolean;

  /** Books at once what visitors of this event type can only request. */
  approved?: boolean;
};

export type CreateBookingSeriesAnswer = { seriesId: string; data: Booking[] };

export type SetLegalHoldBody = { reason: string };

export type ListEventTypeOperatorsItem = {
  id: string;
  name: string;
  takesBookings: boolean;

  /** Why they cannot, as a sentence. */
  closedReason: string | null;
};

export type ListSlotsQuery = {
  from: string;
  to: string;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;

  /** Only times of this operator. */
  operatorId?: string;

  /** A booking that is being moved: its own time counts as free. */
  excludingBookingId?: string;

  /** Adds to each time the `date` that it has in this zone. */
  timeZone?: string;
};

export type ListSlotsAnswer = {
  data: {
    start: string;
    end: string;
    operatorIds: string[];

    /** How many more visitors can book it. */
    seatsLeft: number;
    date?: string;
  }[];

  /** Operators whose calendar could not be read: their times are left out. */
  unreadable: { operatorId: string; detail: string }[];
};

export type ExplainTimesQuery = {
  /** Left out: the first operator. */
  operatorId?: string;
  date: string;

  /** One of the lengths that the event type offers; else its usual one. */
  durationMinutes?: number;
};

export type ExplainTimesItem = {
  start: string;
  end: string;
  reason:
    | 'offered'
    | 'past'
    | 'notice'
    | 'horizon'
    | 'outside_hours'
    | 'off_step'
    | 'booked'
    | 'held'
    | 'calendar_unreadable'
    | 'busy'
    | 'buffer'
    | 'limit'
    | 'time_off'
    | 'holiday'
    | 'closed';

  /** The reason in words */
  sentence: string;
};

export type CreateTimeOffBody = { firstDay: string; lastDay: string; note?: string };

export type ListHolidaysQuery = {
  /** ISO 3166-1 code */
  country: string;

  /** ISO 3166-2 code without the country, where holidays differ within it */
  region?: string;
  year: number;
};

export type ListHolidaysItem = { date: string; name: string };

export type ListHolidayRegionsItem = { country: string; name: string; regions: { region: string; name: string }[] };

export type ListMeetingsQuery = {
  limit?: number;

  /** By start: earliest or latest first. */
  order?: 'asc' | 'desc';

  /** Only what starts at this instant or later. */
  from?: string;

  /** Only what starts before this instant. */
  to?: string;
  externalId?: string;

  /** Only meetings with this among their `metadata`, as `key:value`. */
  metadataPair?: string;

  /** pending: Microsoft has not been asked yet, or is asked again soon · provisioning: the event exists, its link is on its way · ready: the join link was read back · failed: a person is needed · cancelled · out_of_sync: somebody changed or removed it in Outlook, and a person decides what holds (`resolve`) */
  status?: 'pending' | 'provisioning' | 'ready' | 'failed' | 'cancelled' | 'out_of_sync';

  /** Only meetings of bookings, or only those without one. */
  booked?: 'true' | 'false';
};

export type CancelMeetingBody = { comment?: string };

export type ListMeetingEventsItem = {
  type: string;
  at: string;

  /** Why it failed, where it did. */
  problem: { code: string; title: string } | null;
};

export type ListArtifactsQuery = {
  limit?: number;

  /** Only what starts at this instant or later. */
  from?: string;

  /** Only what starts before this instant. */
  to?: string;
  kind?: 'recording' | 'transcript' | 'attendance';
  meetingId?: string;
  bookingId?: string;
};

export type GetArtifactContentQuery = {
  as?: 'view' | 'download';

  /** Of a transcript: vtt (as it is) or text. */
  format?: 'vtt' | 'text' | 'csv';
};

export type UpdateArtifactSettingsBody = {
  downloadRecordings?: boolean;
  showInPortal?: boolean;
  keepDays?: { recording?: number | null; transcript?: number | null; attendance?: number | null };
};

export type GetTranscriptQuery = {
  /** Words that are all in one line, in any form that they take in the language that is spoken, with accents or without; “phrases” in double quotes; `or` between alternatives; `-` before what is not to be in it. In scripts without blanks, any part of the text. */
  q?: string;
};

export type SearchTranscriptsQuery = {
  limit?: number;

  /** Only what starts at this instant or later. */
  from?: string;

  /** Only what starts before this instant. */
  to?: string;

  /** Words that are all in one line, in any form that they take in the language that is spoken, with accents or without; “phrases” in double quotes; `or` between alternatives; `-` before what is not to be in it. In scripts without blanks, any part of the text. */
  q: string;
};

export type CreateArtifactLinkBody = { expiresInSeconds?: number };

export type ListContactsQuery = {
  limit?: number;

  /** A part of the name, of the address, or of the organisation’s name. */
  q?: string;
  organisationId?: string;
  externalId?: string;
};

export type CreateContactBody = {
  name: string;
  email: string;
  organisationId?: string | null;
  timeZone?: string | null;
  locale?: 'en' | 'de' | 'fr' | 'es' | null;
  externalId?: string | null;
};

export type UpsertContactBody = {
  name: string;
  email: string;
  organisationId?: string | null;
  timeZone?: string | null;
  locale?: 'en' | 'de' | 'fr' | 'es' | null;
};

export type UpdateContactBody = {
  name?: string;
  email?: string;
  organisationId?: string | null;
  timeZone?: string | null;
  locale?: 'en' | 'de' | 'fr' | 'es' | null;
  externalId?: string | null;
};

export type FindUsersQuery = { q?: string };

export type FindUsersAnswer = {
  data: FoundUser[];

  /** Which directories were not searched, and why. */
  note: string | null;
};

export type ListOrganisationsQuery = {
  limit?: number;

  /** A part of the name or of an address. */
  q?: string;
  externalId?: string;
};

export type CreateOrganisationBody = { name: string; defaultEmail?: string | null; externalId?: string | null };

export type UpsertOrganisationBody = { name: string; defaultEmail?: string | null };

export type UpdateOrganisationBody = { name?: string; defaultEmail?: string | null; externalId?: string | null };

export type ListWebhookDeliveriesQuery = {
  limit?: number;

  /** By start: earliest or latest first. */
  order?: 'asc' | 'desc';

  /** Only what starts at this instant or later. */
  from?: string;

  /** Only what starts before this instant. */
  to?: string;
  status?: 'pending' | 'delivered' | 'failed';
  type?: string;
};

export type RedeliverWebhooksBody = {
  from: string;
  to: string;

  /** undelivered: what did not arrive or was never sent · all: what arrived, once more, as well */
  which?: 'undelivered' | 'all';
};

export type RedeliverWebhooksAnswer = {
  count: number;

  /** There is more than may wait at a time. Ask once more when these have arrived. */
  more: boolean;
};

export type ListEventsQuery = {
  /** The `nextCursor` of the page before; left out, the log begins with its first event. `now`: what comes. */
  after?: string;
  types?: string;
  limit?: number;
};

export type ListEventsAnswer = { data: Event[]; nextCursor: string };

export type ListEmailsQuery = {
  limit?: number;

  /** By start: earliest or latest first. */
  order?: 'asc' | 'desc';

  /** Only what starts at this instant or later. */
  from?: string;

  /** Only what starts before this instant. */
  to?: string;
  bookingId?: string;

  /** withdrawn: what it says was not true any more before it was sent */
  status?: 'queued' | 'sent' | 'failed' | 'withdrawn';
};

export type CreateMemberBody = {
  name: string;
  role: 'owner' | 'admin' | 'operator' | 'viewer';
  timeZone: string;
  attributes?: Record<string, string>;
  email: string;
};

export type UpdateMemberBody = {
  name?: string;
  role?: 'owner' | 'admin' | 'operator' | 'viewer';
  timeZone?: string;
  attributes?: Record<string, string>;
};

export type UpdateWorkspaceBody = {
  name?: string;
  locale?: 'en' | 'de' | 'fr' | 'es';
  outlookChanges?: 'follow' | 'ask' | 'revert';
  embedOrigins?: string[];
  corsOrigins?: string[];
  returnUris?: string[];
};

export type CreateApiKeyBody = {
  name: string;
  permissions?: KeyPermission[];
  ipRanges?: string[];
  expiresAt?: string | null;
};

export type UpdateApiKeyBody = {
  name?: string;
  permissions?: KeyPermission[];
  ipRanges?: string[];
  expiresAt?: string | null;
};

export type RotateApiKeyBody = {
  /** How long the first key is still valid; without it, until it is revoked or expires. */
  graceMinutes?: number;

  /** Of the second key; without it, it lasts as long as the first was made for. */
  expiresAt?: string | null;
};

export type GetMeAnswer = { member: Member; workspace: { id: string; name: string; slug: string } };

export type ConnectTeamsAnswer = { url: string };

export type CreateTenantBody = {
  /** An app registration that names one tenant, or `deployment`. */
  registrationId: string;
  features?: (
    | 'meetings'
    | 'standalone-meetings'
    | 'meeting-options'
    | 'free-busy'
    | 'people'
    | 'tenant-name'
    | 'recordings'
    | 'transcripts'
    | 'attendance'
  )[];
  reduced?: boolean;
  policyName?: string;
};

export type UpdateTenantBody = {
  features?: (
    | 'meetings'
    | 'standalone-meetings'
    | 'meeting-options'
    | 'free-busy'
    | 'people'
    | 'tenant-name'
    | 'recordings'
    | 'transcripts'
    | 'attendance'
  )[];
  reduced?: boolean;
  policyName?: string;
  exchangeScope?: 'rbac' | 'access-policy' | 'none';
  exchangeGroup?: string | null;
  outsideMailbox?: string | null;
  identityRules?: {
    operator?: {
      local: string;
      remote:
        | 'mail'
        | 'userPrincipalName'
        | 'employeeId'
        | 'onPremisesImmutableId'
        | 'id'
        | 'proxyAddress'
        | 'extensionAttribute1'
        | 'extensionAttribute2'
        | 'extensionAttribute3'
        | 'extensionAttribute4'
        | 'extensionAttribute5'
        | 'extensionAttribute6'
        | 'extensionAttribute7'
        | 'extensionAttribute8'
        | 'extensionAttribute9'
        | 'extensionAttribute10'
        | 'extensionAttribute11'
        | 'extensionAttribute12'
        | 'extensionAttribute13'
        | 'extensionAttribute14'
        | 'extensionAttribute15';
    };
    visitor?: {
      local: string;
      remote:
        | 'mail'
        | 'userPrincipalName'
        | 'employeeId'
        | 'onPremisesImmutableId'
        | 'id'
        | 'proxyAddress'
        | 'extensionAttribute1'
        | 'extensionAttribute2'
        | 'extensionAttribute3'
        | 'extensionAttribute4'
        | 'extensionAttribute5'
        | 'extensionAttribute6'
        | 'extensionAttribute7'
        | 'extensionAttribute8'
        | 'extensionAttribute9'
        | 'extensionAttribute10'
        | 'extensionAttribute11'
        | 'extensionAttribute12'
        | 'extensionAttribute13'
        | 'extensionAttribute14'
        | 'extensionAttribute15';
    };
  };
};

export type CreateConsentLinkAnswer = { url: string; expiresAt: string };

export type ListOrganizersQuery = {
  limit?: number;

  /** A part of the name or of an address. */
  q?: string;
  state?: 'unknown' | 'granted' | 'denied' | 'propagating';
  allowed?: 'true' | 'false';
};

export type CreateOrganizerBody = { user: string; memberId?: string; allowed?: boolean; pilot?: boolean };

export type UpdateOrganizerBody = { allowed?: boolean; pilot?: boolean; memberId?: string | null };

export type MarkPolicyGrantedBody = { organizerIds?: string[] };

export type MarkPolicyGrantedAnswer = { data: Organizer[] };

export type ImportOrganizersBody = { text: string };

export type ImportOrganizersAnswer = {
  known: number;
  granted: number;
  otherPolicy: { userPrincipalName: string; policy: string }[];
  without: number;
  unknown: string[];
  unknownLeftOut: number;
};

export type SetDefaultOrganizerBody = { userPrincipalName: string | null };

export type PreviewIdentityRuleBody = {
  side: 'operator' | 'visitor';

  /** Instead of the tenant’s own rule. */
  rule?: {
    local: string;
    remote:
      | 'mail'
      | 'userPrincipalName'
      | 'employeeId'
      | 'onPremisesImmutableId'
      | 'id'
      | 'proxyAddress'
      | 'extensionAttribute1'
      | 'extensionAttribute2'
      | 'extensionAttribute3'
      | 'extensionAttribute4'
      | 'extensionAttribute5'
      | 'extensionAttribute6'
      | 'extensionAttribute7'
      | 'extensionAttribute8'
      | 'extensionAttribute9'
      | 'extensionAttribute10'
      | 'extensionAttribute11'
      | 'extensionAttribute12'
      | 'extensionAttribute13'
      | 'extensionAttribute14'
      | 'extensionAttribute15';
  };
  values?: string[];
  memberIds?: string[];
};

export type PreviewIdentityRuleAnswer = {
  data: IdentityMatch[];

  /** How many more people there are than one request looks for. */
  remaining: number;
};

export type MatchIdentitiesBody = {
  memberIds?: string[];
  choose?: Record<string, string>;

  /** Whether those who are new may own meetings. */
  allow?: boolean;
};

export type MatchIdentitiesAnswer = {
  data: IdentityMatch[];

  /** How many more people there are than one request looks for. */
  remaining: number;
};

export type ExportSetupQuery = {
  /** Only what this role can do; everything that is left by default */
  role?:
    | 'Application Administrator'
    | 'Global Administrator'
    | 'Teams Administrator'
    | 'Exchange Administrator'
    | 'Workspace administrator';
};

export type GoLiveBody = { stage: 'pilot' | 'live' };

export type CreateSetupScriptBody = {
  kind: 'grant' | 'validate' | 'revoke' | 'show' | 'create' | 'extend' | 'remove' | 'roster';

  /** Everybody who is allowed by default; `validate` then shows all who have the policy */
  target?:
    | { kind: 'users'; organizerIds: string[] }
    | { kind: 'group-members'; groupId: string }
    | { kind: 'group'; groupId: string; rank?: number }
    | { kind: 'everyone' };

  /** For `extend`: the policy that people have already, if it is not the tenant’s. */
  policyName?: string;
};

export type RunDiagnosisBody = {
  /** Also makes a Teams meeting 300 days ahead, without attendees, and deletes it. */
  roundTrip?: boolean;

  /** Whose connection: oneself by default. Others’ need the right to manage; keys must name one, or a tenant. */
  memberId?: string;

  /** A whole tenant instead, by the id of its connection (ten_…). Needs the right to manage. */
  tenantId?: string;

  /** Runs these, with what they build on, and tells of these alone: of a member configuration, authority, graph, clock, connection, permissions, token, token-kind, profile, mailbox, teams, free-busy, round-trip, recordings, transcripts, speakers, attendance, recording-allowed, standalone-meetings; of a tenant app-registration, app-credentials, authority, graph, clock, app-token, app-token-kind, app-roles, tenant, organizers, mailboxes, exchange-scope, teams-policy, app-round-trip, recordings, transcripts, speakers, attendance, recording-allowed, standalone-meetings. */
  checks?: string[];
};

export type ListAuditEntriesQuery = {
  limit?: number;

  /** Only what was done to this artifact, booking or workspace. */
  subjectId?: string;

  /** Only what this member or key did, by id, or this visitor, by address. */
  actor?: string;
  action?:
    | 'artifact.viewed'
    | 'artifact.downloaded'
    | 'artifact.linked'
    | 'artifact.denied'
    | 'artifact.deleted'
    | 'transcripts.searched'
    | 'hold.set'
    | 'hold.lifted'
    | 'connection.asked_again'
    | 'settings.artifacts_changed';

  /** Only what happened at this instant or later. */
  from?: string;

  /** Only what happened before this instant. */
  to?: string;
};

/** What endpoints for webhooks are told of. */
export type WebhookEventType =
  | 'meeting.created'
  | 'meeting.changed'
  | 'meeting.cancel_requested'
  | 'meeting.conference_failing'
  | 'meeting.conference_assigned'
  | 'meeting.synced'
  | 'meeting.join_url_changed'
  | 'meeting.failed'
  | 'meeting.options_applied'
  | 'meeting.options_refused'
  | 'meeting.cancelled'
  | 'meeting.out_of_sync'
  | 'meeting.restored'
  | 'meeting.recreated'
  | 'booking.requested'
  | 'booking.confirmed'
  | 'booking.approved'
  | 'booking.declined'
  | 'booking.rescheduled'
  | 'booking.cancelled'
  | 'booking.completed'
  | 'booking.no_show'
  | 'booking.changed'
  | 'recording.ready'
  | 'transcript.ready'
  | 'attendance.ready'
  | 'artifact.refused'
  | 'connection.created'
  | 'connection.expired'
  | 'connection.deleted'
  | 'key.created'
  | 'key.changed'
  | 'key.revoked'
  | 'registration.created'
  | 'registration.changed'
  | 'registration.deleted'
  | 'credential.added'
  | 'credential.removed'
  | 'credential.expiring'
  | 'credential.expired'
  | 'teams_app.changed'
  | 'tenant.created'
  | 'tenant.changed'
  | 'tenant.consented'
  | 'tenant.verified'
  | 'tenant.failing'
  | 'tenant.paused'
  | 'tenant.resumed'
  | 'tenant.pilot_started'
  | 'tenant.went_live'
  | 'tenant.deleted'
  | 'organizer.added'
  | 'organizer.matched'
  | 'organizer.allowed'
  | 'organizer.disallowed'
  | 'organizer.policy_announced'
  | 'organizer.policy_granted'
  | 'organizer.policy_lost'
  | 'organizer.refused'
  | 'organizer.default_changed'
  | 'organizer.roster_imported'
  | 'organizer.removed'
  | 'webhook.failing'
  | 'webhook.disabled'
  | 'webhook.resumed'
  | 'event.created'
  | 'event.updated'
  | 'event.deleted'
  | 'grant.created'
  | 'grant.updated'
  | 'grant.deleted'
  | 'grant.expired';

/** Why Parley refuses; each has a page in its documentation. */
export type ProblemCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'range_not_satisfiable'
  | 'rate_limited'
  | 'idempotency_conflict'
  | 'idempotency_in_progress'
  | 'external_id_taken'
  | 'contact_exists'
  | 'slug_taken'
  | 'member_exists'
  | 'return_uri_not_allowed'
  | 'webhook_url_refused'
  | 'webhook_challenge_failed'
  | 'webhook_endpoint_disabled'
  | 'too_many_webhook_endpoints'
  | 'slot_taken'
  | 'slot_not_offered'
  | 'too_many_holds'
  | 'booking_not_open'
  | 'booking_closed'
  | 'booking_not_begun'
  | 'request_decided'
  | 'meeting_has_booking'
  | 'meeting_cancelled'
  | 'meeting_differs'
  | 'already_resolved'
  | 'personal_account'
  | 'user_not_found'
  | 'not_connected'
  | 'mail_not_configured'
  | 'mail_withdrawn'
  | 'meetings_not_configured'
  | 'reconnect_needed'
  | 'reauthentication_asked'
  | 'scopes_missing'
  | 'certificate_unreadable'
  | 'certificate_key_mismatch'
  | 'tenant_id_needed'
  | 'registration_exists'
  | 'registration_in_use'
  | 'tenant_connected'
  | 'tenant_not_live'
  | 'setup_incomplete'
  | 'organizer_not_allowed'
  | 'organizer_exists'
  | 'organizer_unmatched'
  | 'organizer_disabled'
  | 'organizer_is_guest'
  | 'default_organizer_missing'
  | 'missing_permission'
  | 'directory_permission_missing'
  | 'artifact_policy_missing'
  | 'transcripts_disabled'
  | 'artifact_organizer_only'
  | 'recording_download_blocked'
  | 'artifact_gone'
  | 'dry_run_not_possible'
  | 'legal_hold';
