import { z } from 'zod';

const flag = z.boolean({ error: 'Say true or false.' });

function choice<const T extends [string, ...string[]]>(...values: T) {
  return z.enum(values, { error: `Choose one of: ${values.join(', ')}.` });
}

function group<T extends z.core.$ZodShape>(shape: T) {
  return z.strictObject(shape, { error: strangers });
}

const strangers: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'unrecognized_keys'
    ? `Teams has no option “${issue.keys.join('”, “')}” that can be set here.`
    : 'Send the options as an object.';

/**
 * The options of an online meeting that can be changed after it was made, by Microsoft's names (Graph docs:
 * “onlineMeeting: update”). What is left out stays as the organizer's meeting policy has it.
 */
export const meetingOptions = group({
  /** Who comes in without waiting in the lobby; callers only with `isDialInBypassEnabled`. */
  lobbyBypassSettings: group({
    scope: choice(
      'organizer',
      'organization',
      'organizationAndFederated',
      'everyone',
      'invited',
      'organizationExcludingGuests',
    ).optional(),
    isDialInBypassEnabled: flag.optional(),
  }).optional(),
  allowedLobbyAdmitters: choice('organizerAndCoOrganizersAndPresenters', 'organizerAndCoOrganizers').optional(),
  /** `roleIsPresenter` needs the whole list of attendees with their roles. */
  allowedPresenters: choice('everyone', 'organization', 'roleIsPresenter', 'organizer').optional(),
  isEntryExitAnnounced: flag.optional(),
  allowMeetingChat: choice('enabled', 'disabled', 'limited').optional(),
  allowTeamworkReactions: flag.optional(),
  allowAttendeeToEnableCamera: flag.optional(),
  allowAttendeeToEnableMic: flag.optional(),
  allowBreakoutRooms: flag.optional(),
  allowCopyingAndSharingMeetingContent: flag.optional(),
  allowLiveShare: choice('enabled', 'disabled').optional(),
  allowPowerPointSharing: flag.optional(),
  allowWhiteboard: flag.optional(),
  allowRecording: flag.optional(),
  allowTranscription: flag.optional(),
  recordAutomatically: flag.optional(),
  /** Needs Teams Premium. */
  watermarkProtection: group({
    isEnabledForContentSharing: flag.optional(),
    isEnabledForVideo: flag.optional(),
  }).optional(),
}).refine((options) => !(options.recordAutomatically === true && options.allowRecording === false), {
  path: ['recordAutomatically'],
  error: 'A meeting that may not be recorded cannot be recorded automatically.',
});

export type MeetingOptions = z.infer<typeof meetingOptions>;
export type MeetingOption = keyof MeetingOptions;

/** The options in Graph's answer, without the values that Parley does not know. */
export function readMeetingOptions(answer: Record<string, unknown>): MeetingOptions {
  const known = Object.entries(meetingOptions.shape).flatMap(([name, schema]) => {
    const read = schema.safeParse(answer[name]);
    return read.success && read.data !== undefined ? [[name, read.data] as const] : [];
  });
  return Object.fromEntries(known);
}

/** The wanted options that are not in force: what a service that ignores them silently gives away. */
export function unmetOptions(wanted: MeetingOptions, actual: MeetingOptions): MeetingOption[] {
  const names = Object.keys(wanted) as MeetingOption[]; // only keys of the schema
  return names.filter((name) => wanted[name] !== undefined && !includes(actual[name], wanted[name]));
}

function includes(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return actual === wanted;
  const have: Record<string, unknown> = typeof actual === 'object' && actual !== null ? { ...actual } : {};
  // A switch that the service does not mention is off.
  return Object.entries(wanted).every(([name, value]) => value === undefined || (have[name] ?? false) === value);
}
