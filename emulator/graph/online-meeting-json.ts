import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { primaryAddress } from './access.ts';
import { timestamp } from './event-json.ts';
import type { Participant, TeamsMeeting } from './online-meeting.ts';
import { escapeHtml } from './teams-block.ts';

/** Enumeration members that Graph added later: without the header, readers see that there is something new. */
const later: ReadonlySet<unknown> = new Set(['invited', 'organizationExcludingGuests', 'producer', 'coorganizer']);

/** A meeting as Graph writes it. `everyMember`: the reader asked for enumeration members that came later. */
export function onlineMeetingJson(
  context: Context,
  meeting: TeamsMeeting,
  everyMember: boolean,
): Record<string, unknown> {
  const shown = (value: unknown) => (everyMember || !later.has(value) ? value : 'unknownFutureValue');
  const organizer = context.directory.users.get(meeting.organizerId);
  const { lobbyBypassSettings, ...options } = meeting.options;
  const lobby = lobbyBypassSettings as { scope: string; isDialInBypassEnabled: boolean };
  return {
    id: meeting.id,
    creationDateTime: timestamp(meeting.createdAt),
    startDateTime: timestamp(meeting.start),
    endDateTime: timestamp(meeting.end),
    joinWebUrl: meeting.joinWebUrl,
    subject: meeting.subject,
    externalId: meeting.externalId,
    meetingTemplateId: null,
    isBroadcast: false,
    broadcastSettings: null,
    videoTeleconferenceId: null,
    audioConferencing: null,
    participants: {
      organizer:
        organizer === undefined
          ? null
          : { upn: organizer.userPrincipalName, role: 'presenter', identity: identity(organizer) },
      attendees: meeting.attendees.map((one) => participantJson(context, one, shown)),
    },
    ...options,
    lobbyBypassSettings: { ...lobby, scope: shown(lobby.scope) },
    joinMeetingIdSettings: {
      isPasscodeRequired: meeting.passcode !== null,
      joinMeetingId: meeting.joinMeetingId,
      passcode: meeting.passcode,
    },
    joinInformation: joinInformation(meeting, organizer),
    chatInfo: { threadId: meeting.threadId, messageId: '0', replyChainMessageId: null },
  };
}

/** What `$select` accepts on a meeting. */
export const onlineMeetingProperties: ReadonlySet<string> = new Set([
  'id',
  'creationDateTime',
  'startDateTime',
  'endDateTime',
  'joinWebUrl',
  'subject',
  'externalId',
  'meetingTemplateId',
  'isBroadcast',
  'broadcastSettings',
  'videoTeleconferenceId',
  'audioConferencing',
  'participants',
  'allowAttendeeToEnableCamera',
  'allowAttendeeToEnableMic',
  'allowBreakoutRooms',
  'allowCopyingAndSharingMeetingContent',
  'allowedLobbyAdmitters',
  'allowedPresenters',
  'allowLiveShare',
  'allowMeetingChat',
  'allowParticipantsToChangeName',
  'allowPowerPointSharing',
  'allowRecording',
  'allowTeamworkReactions',
  'allowTranscription',
  'allowWhiteboard',
  'chatRestrictions',
  'isEndToEndEncryptionEnabled',
  'isEntryExitAnnounced',
  'lobbyBypassSettings',
  'recordAutomatically',
  'shareMeetingChatHistoryDefault',
  'watermarkProtection',
  'joinMeetingIdSettings',
  'joinInformation',
  'chatInfo',
]);

function participantJson(context: Context, participant: Participant, shown: (value: unknown) => unknown): object {
  const user = context.directory.users.get(participant.userId ?? '');
  return {
    upn: participant.upn,
    role: shown(participant.role),
    identity: user === undefined ? null : identity(user),
  };
}

/** The identity is in truth a `communicationsUserIdentity`: with the tenant and where it comes from. */
function identity(user: User): object {
  return {
    application: null,
    device: null,
    user: {
      id: user.id,
      displayName: user.displayName,
      '@odata.type': '#microsoft.graph.communicationsUserIdentity',
      tenantId: user.tenantId,
      identityProvider: 'AAD',
    },
  };
}

/** As documented: a `data:` URL of the block that an invitation would carry, percent-encoded with pluses. */
function joinInformation(meeting: TeamsMeeting, organizer: User | undefined): object {
  const url = escapeHtml(meeting.joinWebUrl);
  const from = escapeHtml(organizer === undefined ? '' : primaryAddress(organizer));
  const content =
    `<div style="width:100%"><p><b>Microsoft Teams meeting</b></p><p><a href="${url}">Join the meeting</a></p>` +
    `<p>Meeting ID: ${meeting.joinMeetingId}</p>` +
    `${meeting.passcode === null ? '' : `<p>Passcode: ${meeting.passcode}</p>`}<p>${from}</p></div>`;
  return { contentType: 'html', content: `data:text/html,${encodeURIComponent(content).replaceAll('%20', '+')}` };
}
