import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { badRequest, forbidden } from './graph-error.ts';
import { flag, member, record, text } from './json-input.ts';

/** The choices of one meeting by property name, in the form in which Graph writes them. */
export type MeetingOptions = Record<string, unknown>;

type Option = {
  read: (value: unknown) => unknown;
  initial: unknown;
  /** Not among the properties that "onlineMeeting: update" lists. */
  undocumented?: true;
  /** What the organizer lacks for this value, in words. */
  lack?: (organizer: User, value: unknown) => string | undefined;
};

const isTrue = (value: unknown) => value === true;
const premium = (isOn: (value: unknown) => boolean) => (organizer: User, value: unknown) =>
  isOn(value) && !organizer.teamsPremium ? 'a Teams Premium licence' : undefined;
const recording = (organizer: User, value: unknown) =>
  value === true && !organizer.meetingPolicy.recording ? 'a meeting policy that allows recording' : undefined;
const transcription = (organizer: User, value: unknown) =>
  value === true && !organizer.meetingPolicy.transcription ? 'a meeting policy that allows transcription' : undefined;

/** Every option of a meeting, with what a new one has. Graph docs: onlineMeetingBase resource type. */
const options: Record<string, Option> = {
  allowAttendeeToEnableCamera: { read: boolean, initial: true },
  allowAttendeeToEnableMic: { read: boolean, initial: true },
  allowBreakoutRooms: { read: boolean, initial: true },
  allowCopyingAndSharingMeetingContent: { read: boolean, initial: true },
  allowedLobbyAdmitters: {
    read: oneOf('organizerAndCoOrganizersAndPresenters', 'organizerAndCoOrganizers'),
    initial: 'organizerAndCoOrganizersAndPresenters',
  },
  allowedPresenters: { read: oneOf('everyone', 'organization', 'roleIsPresenter', 'organizer'), initial: 'everyone' },
  allowLiveShare: { read: oneOf('enabled', 'disabled'), initial: 'enabled' },
  allowMeetingChat: { read: oneOf('enabled', 'disabled', 'limited'), initial: 'enabled' },
  allowParticipantsToChangeName: { read: boolean, initial: false, undocumented: true },
  allowPowerPointSharing: { read: boolean, initial: true },
  allowRecording: { read: boolean, initial: true, lack: recording },
  allowTeamworkReactions: { read: boolean, initial: true },
  allowTranscription: { read: boolean, initial: true, lack: transcription },
  allowWhiteboard: { read: boolean, initial: true },
  chatRestrictions: { read: flags('chatRestrictions', ['allowTextOnly']), initial: null, undocumented: true },
  isEndToEndEncryptionEnabled: { read: boolean, initial: false, undocumented: true, lack: premium(isTrue) },
  isEntryExitAnnounced: { read: boolean, initial: true },
  lobbyBypassSettings: {
    read: lobby,
    initial: { scope: 'organization', isDialInBypassEnabled: false },
  },
  recordAutomatically: { read: boolean, initial: false, lack: recording },
  shareMeetingChatHistoryDefault: { read: oneOf('none', 'all'), initial: 'none', undocumented: true },
  watermarkProtection: {
    read: flags('watermarkProtectionValues', ['isEnabledForContentSharing', 'isEnabledForVideo']),
    initial: null,
    lack: premium((value) => Object.values(value ?? {}).includes(true)),
  },
};

/** What a new meeting of this person allows. */
export function initialOptions(organizer: User): MeetingOptions {
  return Object.fromEntries(
    Object.entries(options).map(([name, { initial, lack }]) => [
      name,
      lack?.(organizer, initial) === undefined ? structuredClone(initial) : false,
    ]),
  );
}

/** Whether the property is an option of a meeting. */
export function isOption(name: string): boolean {
  return name in options;
}

/** Reads the options in a body. Throws 400 for what is no such value, and 403 for what the organizer may not have. */
export function readOptions(
  context: Context,
  organizer: User,
  body: Record<string, unknown>,
  before: MeetingOptions,
): MeetingOptions {
  const read: MeetingOptions = {};
  for (const [name, value] of Object.entries(body)) {
    const option = options[name];
    if (option === undefined) continue;
    refuseUndocumented(context, name, option);
    const wanted = value === null ? option.initial : merged(before[name], option.read(value));
    const lack = option.lack?.(organizer, wanted);
    // That such options need a licence or policy is documented, how the service answers without one is not.
    if (lack !== undefined && context.switches.unlicensedMeetingOption === 'refused') {
      throw forbidden(`The organizer needs ${lack} to set '${name}'.`);
    }
    if (lack === undefined) read[name] = wanted;
  }
  return read;
}

function refuseUndocumented(context: Context, name: string, option: Option): void {
  if (option.undocumented !== true || context.switches.undocumentedMeetingOption === 'accepted') return;
  throw badRequest(`The property '${name}' cannot be changed.`);
}

/** Members of a complex property that were not sent stay as they are. */
function merged(before: unknown, after: unknown): unknown {
  const isObject = typeof after === 'object' && after !== null;
  return isObject && typeof before === 'object' && before !== null ? { ...before, ...after } : after;
}

function boolean(value: unknown): boolean {
  return flag(value);
}

function oneOf(...members: string[]): (value: unknown) => string {
  return (value) => member(value, members);
}

function flags(type: string, names: string[]): (value: unknown) => Record<string, boolean> {
  return (value) =>
    Object.fromEntries(
      Object.entries(record(value, type, names))
        .filter(([name]) => !name.includes('@'))
        .map(([name, one]) => [name, flag(one)]),
    );
}

/** The scopes after `unknownFutureValue` can be set by everyone and read by those who ask for them. */
const scopes = [
  'organizer',
  'organization',
  'organizationAndFederated',
  'everyone',
  'invited',
  'organizationExcludingGuests',
];

function lobby(value: unknown): Record<string, unknown> {
  const { scope, isDialInBypassEnabled } = record(value, 'lobbyBypassSettings', ['scope', 'isDialInBypassEnabled']);
  return {
    ...(scope !== undefined && { scope: member(text(scope), scopes) }),
    ...(isDialInBypassEnabled !== undefined && { isDialInBypassEnabled: flag(isDialInBypassEnabled) }),
  };
}
