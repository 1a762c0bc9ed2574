import { z } from 'zod';
import { isGraphTime } from './graph-time.ts';

/** Entra's token answer: exactly the fields that Parley reads. */
export const tokenAnswer = z.object({
  token_type: z.string().regex(/^bearer$/i),
  access_token: z.string().min(1),
  expires_in: z.coerce.number().int().nonnegative(),
  refresh_token: z.string().min(1).optional(),
  id_token: z.string().min(1).optional(),
  scope: z.string().optional(),
});

/** Claims of an app-only access token that tell what it is (Entra docs: access token claims reference). */
export const appTokenClaims = z.object({
  tid: z.guid(),
  roles: z.array(z.string()).optional(),
  idtyp: z.string().optional(),
  appid: z.string().optional(),
  azp: z.string().optional(),
  oid: z.string().optional(),
});

/** OpenID Connect discovery document of a tenant; `issuer` may hold the literal `{tenantid}`. */
export const discoveryAnswer = z.object({ issuer: z.url(), jwks_uri: z.url() });

export const keySetAnswer = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })) });

/** ID token claims that identify the person (Entra docs: ID token claims reference). */
export const idTokenClaims = z.object({
  iss: z.string(),
  tid: z.guid(),
  oid: z.guid(),
  nonce: z.string().optional(),
  email: z.string().optional(),
  preferred_username: z.string().optional(),
  name: z.string().optional(),
  idp: z.string().optional(),
});

/**
 * An access token for an API of ours, as Teams hands it to a tab (Entra docs: “Access token claims reference”): version
 * 1.0 or 2.0, whichever the registration asks for.
 */
export const apiTokenClaims = z.object({
  iss: z.string(),
  tid: z.guid(),
  oid: z.guid(),
  scp: z.string().optional(),
  exp: z.number(),
  ver: z.enum(['1.0', '2.0']),
  idp: z.string().optional(),
  /** Optional claim: 0 for a member of the tenant, 1 for a guest. */
  acct: z.union([z.number(), z.string()]).optional(),
  email: z.string().optional(),
  preferred_username: z.string().optional(),
  upn: z.string().optional(),
  name: z.string().optional(),
});

/** Graph's error envelope; inner errors nest and spell themselves `innerError` or `innererror`. */
export const errorAnswer = z.object({
  error: z.looseObject({ code: z.string(), message: z.string().nullish() }),
});

const dateTimeTimeZone = z.object({ dateTime: z.string(), timeZone: z.string().nullish() }).refine(isGraphTime);

const nullishString = z.string().nullish();

export const eventAnswer = z.object({
  id: z.string().min(1),
  iCalUId: nullishString,
  webLink: nullishString,
  changeKey: nullishString,
  subject: nullishString,
  start: dateTimeTimeZone,
  end: dateTimeTimeZone,
  isAllDay: z.boolean().nullish(),
  type: nullishString,
  seriesMasterId: nullishString,
  isCancelled: z.boolean().nullish(),
  isOnlineMeeting: z.boolean().nullish(),
  onlineMeetingProvider: nullishString,
  onlineMeeting: z.object({ joinUrl: nullishString }).nullish(),
  attendees: z.array(z.object({ emailAddress: z.object({ address: nullishString }).nullish() })).nullish(),
  createdDateTime: nullishString,
  lastModifiedDateTime: nullishString,
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: nullishString })).nullish(),
});

/** What an event says, where that is asked for. */
export const eventTextAnswer = z.object({
  id: z.string().min(1),
  body: z.object({ content: nullishString }).nullish(),
  location: z.object({ displayName: nullishString }).nullish(),
});

export const eventListAnswer = z.object({ value: z.array(eventAnswer) });

/** One page of `calendarView` with the fields that free/busy needs. */
export const busyPageAnswer = z.object({
  value: z.array(
    z.object({
      id: z.string().min(1),
      start: dateTimeTimeZone,
      end: dateTimeTimeZone,
      showAs: nullishString,
      isAllDay: z.boolean().nullish(),
      isCancelled: z.boolean().nullish(),
    }),
  ),
  '@odata.nextLink': z.url().optional(),
});

/** Calendars of several people; each may be refused by itself. */
export const schedulesAnswer = z.object({
  value: z.array(
    z.object({
      scheduleId: z.string(),
      availabilityView: nullishString,
      scheduleItems: z
        .array(z.object({ status: nullishString, start: dateTimeTimeZone, end: dateTimeTimeZone }))
        .nullish(),
      workingHours: z.object({ timeZone: z.object({ name: nullishString }).nullish() }).nullish(),
      error: z.object({ message: nullishString, responseCode: nullishString }).nullish(),
    }),
  ),
});

/** One page of a delta round: events, and what is left of those that are gone. */
export const eventDeltaPage = z.object({
  value: z.array(z.union([z.object({ id: z.string().min(1), '@removed': z.object({}) }), eventAnswer])),
  '@odata.nextLink': z.url().optional(),
  '@odata.deltaLink': z.url().optional(),
});

export const calendarAnswer = z.object({
  allowedOnlineMeetingProviders: z.array(z.string()).nullish(),
  defaultOnlineMeetingProvider: nullishString,
});

export const userAnswer = z.object({
  id: z.string().min(1),
  displayName: nullishString,
  mail: nullishString,
  userPrincipalName: nullishString,
  accountEnabled: z.boolean().nullish(),
  userType: z.enum(['Member', 'Guest']).nullish().catch(undefined),
  employeeId: nullishString,
  assignedPlans: z.array(z.object({ servicePlanId: nullishString, capabilityStatus: nullishString })).nullish(),
});

export const userPage = z.object({ value: z.array(userAnswer), '@odata.nextLink': z.url().optional() });

/** `GET /organization`: a list of exactly one. */
export const organizationAnswer = z.object({
  value: z.tuple([
    z.object({
      id: z.guid(),
      displayName: nullishString,
      verifiedDomains: z.array(z.object({ name: z.string(), isDefault: z.boolean().nullish() })).nullish(),
    }),
  ]),
});

export const servicePrincipalAnswer = z.object({
  value: z.array(
    z.object({ id: z.string().min(1), displayName: nullishString, accountEnabled: z.boolean().nullish() }),
  ),
});

export const appRoleAssignmentPage = z.object({
  value: z.array(z.object({ appRoleId: z.string() })),
  '@odata.nextLink': z.url().optional(),
});

export const grantPage = z.object({
  value: z.array(z.object({ consentType: nullishString, scope: nullishString })),
  '@odata.nextLink': z.url().optional(),
});

const identity = z.object({ user: z.object({ id: nullishString }).nullish() }).nullish();
const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)));

/** An online meeting; its options are read one by one, as Teams may know values that Parley does not. */
export const onlineMeetingAnswer = z.looseObject({
  id: z.string().min(1),
  subject: nullishString,
  startDateTime: instant,
  endDateTime: instant,
  joinWebUrl: nullishString,
  externalId: nullishString,
  joinMeetingIdSettings: z.object({ joinMeetingId: nullishString, passcode: nullishString }).nullish(),
  chatInfo: z.object({ threadId: nullishString }).nullish(),
  participants: z
    .object({
      organizer: z.object({ identity }).nullish(),
      attendees: z.array(z.object({ upn: nullishString, role: nullishString, identity })).nullish(),
    })
    .nullish(),
});

export const onlineMeetingListAnswer = z.object({ value: z.array(onlineMeetingAnswer) });

/** One page of recordings or transcripts (Graph docs: callRecording, callTranscript). */
export const artifactPage = z.object({
  value: z.array(
    z.object({
      id: z.string().min(1),
      callId: nullishString,
      contentCorrelationId: nullishString,
      createdDateTime: instant,
      endDateTime: instant.nullish().catch(undefined),
    }),
  ),
  '@odata.nextLink': z.url().optional(),
});

/** One page of attendance reports, one for each session of a meeting (Graph docs: meetingAttendanceReport). */
export const attendanceReportPage = z.object({
  value: z.array(
    z.object({
      id: z.string().min(1),
      totalParticipantCount: z.number().int().nonnegative().nullish().catch(undefined),
      meetingStartDateTime: instant,
      meetingEndDateTime: instant.nullish().catch(undefined),
    }),
  ),
  '@odata.nextLink': z.url().optional(),
});

/** One page of people who were there (Graph docs: attendanceRecord). */
export const attendanceRecordPage = z.object({
  value: z.array(
    z.object({
      emailAddress: nullishString,
      identity: z.object({ id: nullishString, displayName: nullishString }).nullish(),
      role: nullishString,
      totalAttendanceInSeconds: z.number().nonnegative().nullish().catch(undefined),
      attendanceIntervals: z
        .array(
          z.object({
            joinDateTime: instant,
            leaveDateTime: instant,
            durationInSeconds: z.number().nonnegative().nullish().catch(undefined),
          }),
        )
        .nullish(),
    }),
  ),
  '@odata.nextLink': z.url().optional(),
});

export const subscriptionAnswer = z.object({ id: z.guid(), resource: z.string(), expirationDateTime: instant });

/** What Graph sends to a notification address; each item is read by itself. */
export const notificationsBody = z.object({
  value: z.array(z.unknown()),
  validationTokens: z.array(z.string()).max(100).nullish().catch(undefined),
});

const notificationOf = z.object({ subscriptionId: z.guid(), clientState: z.string().max(128) });

const encryptedContent = z.object({
  data: z.base64(),
  dataSignature: z.base64(),
  dataKey: z.base64(),
  encryptionCertificateId: z.string(),
});

/** A notification of a change, or one about the subscription itself. Samples write `EncryptedContent`, too. */
export const notificationAnswer = z.preprocess(
  (item) =>
    isRecord(item) ? { ...item, encryptedContent: item['encryptedContent'] ?? item['EncryptedContent'] } : item,
  z.union([
    notificationOf.extend({ lifecycleEvent: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']) }),
    notificationOf.extend({
      changeType: z.enum(['created', 'updated', 'deleted']),
      resource: z.string().nullish().catch(undefined),
      tenantId: z.guid().optional().catch(undefined),
      resourceData: z.object({ id: nullishString }).nullish(),
      encryptedContent: encryptedContent.nullish().catch(undefined),
    }),
  ]),
);

/** What is left of a meeting, as a notification carries it. */
export const artifactData = z.object({
  id: z.string().min(1),
  meetingId: z.string().min(1),
  meetingOrganizer: z.object({ user: z.object({ id: nullishString }).nullish() }).nullish(),
});

/** A token that comes with encrypted content; Microsoft documents the older form, and newer ones exist. */
export const validationTokenClaims = z.object({
  iss: z.string(),
  tid: z.guid(),
  appid: z.string().optional(),
  azp: z.string().optional(),
});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export type OnlineMeetingAnswer = z.infer<typeof onlineMeetingAnswer>;
export type EventAnswer = z.infer<typeof eventAnswer>;
export type BusyItem = z.infer<typeof busyPageAnswer>['value'][number];
export type ScheduleAnswer = z.infer<typeof schedulesAnswer>['value'][number];
export type UserAnswer = z.infer<typeof userAnswer>;
