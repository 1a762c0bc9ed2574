import type { EventType } from '../api/queries.ts';

type MeetingOptions = NonNullable<EventType['meetingOptions']>;

/** One option of a Teams meeting as a form shows it. */
export type OptionField = {
  /** Microsoft’s name, and inside of a group the name there. */
  path: readonly [keyof MeetingOptions] | readonly [keyof MeetingOptions, string];
  label: string;
  choices: readonly (readonly [value: string, words: string])[];
};

const yesNo = (yes: string, no: string) =>
  [
    ['true', yes],
    ['false', no],
  ] as const;
const allowed = yesNo('Allowed', 'Not allowed');

/** The options that most people look for. */
export const mainOptions: OptionField[] = [
  {
    path: ['lobbyBypassSettings', 'scope'],
    label: 'Who comes in without waiting in the lobby',
    choices: [
      ['everyone', 'Everyone'],
      ['invited', 'Those who were invited'],
      ['organizationAndFederated', 'The organization and those it trusts'],
      ['organization', 'The organization and its guests'],
      ['organizationExcludingGuests', 'The organization without guests'],
      ['organizer', 'Only the organizer'],
    ],
  },
  {
    path: ['lobbyBypassSettings', 'isDialInBypassEnabled'],
    label: 'People who call in by phone',
    choices: yesNo('Come straight in', 'Wait in the lobby'),
  },
  {
    path: ['allowedPresenters'],
    label: 'Who may present',
    choices: [
      ['everyone', 'Everyone'],
      ['organization', 'The organization'],
      ['roleIsPresenter', 'Those who are invited as presenters'],
      ['organizer', 'Only the organizer'],
    ],
  },
  {
    path: ['allowedLobbyAdmitters'],
    label: 'Who lets people in from the lobby',
    choices: [
      ['organizerAndCoOrganizersAndPresenters', 'Organizers and presenters'],
      ['organizerAndCoOrganizers', 'Organizers only'],
    ],
  },
  { path: ['isEntryExitAnnounced'], label: 'Callers coming and going', choices: yesNo('Announced', 'Not announced') },
  {
    path: ['allowMeetingChat'],
    label: 'Chat',
    choices: [
      ['enabled', 'On'],
      ['limited', 'On during the meeting only'],
      ['disabled', 'Off'],
    ],
  },
  { path: ['allowRecording'], label: 'Recording', choices: allowed },
  { path: ['allowTranscription'], label: 'Transcription', choices: allowed },
  {
    path: ['recordAutomatically'],
    label: 'Automatic recording',
    choices: yesNo('From the start', 'Only when somebody starts it'),
  },
];

/** The others. */
export const moreOptions: OptionField[] = [
  { path: ['allowTeamworkReactions'], label: 'Reactions', choices: allowed },
  { path: ['allowAttendeeToEnableCamera'], label: 'Cameras of attendees', choices: allowed },
  { path: ['allowAttendeeToEnableMic'], label: 'Microphones of attendees', choices: allowed },
  { path: ['allowBreakoutRooms'], label: 'Breakout rooms', choices: allowed },
  { path: ['allowCopyingAndSharingMeetingContent'], label: 'Copying and sharing content', choices: allowed },
  {
    path: ['allowLiveShare'],
    label: 'Live Share',
    choices: [
      ['enabled', 'Allowed'],
      ['disabled', 'Not allowed'],
    ],
  },
  { path: ['allowPowerPointSharing'], label: 'PowerPoint Live', choices: allowed },
  { path: ['allowWhiteboard'], label: 'Whiteboard', choices: allowed },
  {
    path: ['watermarkProtection', 'isEnabledForContentSharing'],
    label: 'Watermark on content (Premium)',
    choices: yesNo('On', 'Off'),
  },
  {
    path: ['watermarkProtection', 'isEnabledForVideo'],
    label: 'Watermark on video (Premium)',
    choices: yesNo('On', 'Off'),
  },
];

type Tree = Record<string, unknown>;

/** The value of an option as a form has it; empty: as the organizer’s policy has it. */
export function readOption(options: MeetingOptions | null, { path: [name, inner] }: OptionField): string {
  const value = options?.[name];
  const found = inner === undefined ? value : (value as Tree | undefined)?.[inner];
  return typeof found === 'string' || typeof found === 'boolean' ? String(found) : '';
}

/** The options with another value of one; none at all where everything is as the policy has it. */
export function writeOption(
  options: MeetingOptions | null,
  { path: [name, inner] }: OptionField,
  value: string,
): MeetingOptions | null {
  const typed = value === '' ? undefined : value === 'true' ? true : value === 'false' ? false : value;
  const group = options?.[name] as Tree | undefined;
  const changed: Tree = { ...options, [name]: inner === undefined ? typed : filled({ ...group, [inner]: typed }) };
  // What may be chosen is what the server takes; it says so where that has changed.
  return (filled(changed) as MeetingOptions | undefined) ?? null;
}

function filled(tree: Tree): Tree | undefined {
  const entries = Object.entries(tree).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** `Recording: not allowed`, one line for each option that is not left to the policy. */
export function optionLines(options: MeetingOptions | null): string[] {
  return [...mainOptions, ...moreOptions].flatMap((field) => {
    const value = readOption(options, field);
    const words = field.choices.find(([choice]) => choice === value)?.[1];
    return value === '' ? [] : [`${field.label}: ${lowerFirst(words ?? value)}`];
  });
}

/** What people call an option by Microsoft’s name: `allowRecording` is “Recording”. */
export function optionLabel(name: string): string {
  if (name === 'lobbyBypassSettings') return 'Who comes in without waiting in the lobby';
  if (name === 'watermarkProtection') return 'Watermark';
  return [...mainOptions, ...moreOptions].find(({ path }) => path[0] === name)?.label ?? name;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
