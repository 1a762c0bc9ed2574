/**
 * Which permissions open which operation, per kind of caller. Taken from Microsoft's published permission table;
 * `Calendars.ReadWrite` is added where the table lists only the read permissions that it contains.
 */
export type Operation = keyof typeof operations;

export type Rule = {
  /** Delegated scopes for work or school accounts, for personal accounts, and app roles. Any one suffices. */
  work: readonly string[];
  personal: readonly string[];
  application: readonly string[];
  /** Who refuses: decides how the 403 is worded. */
  service: 'exchange' | 'directory' | 'teams' | 'notifications';
};

const readCalendar = ['Calendars.Read', 'Calendars.ReadBasic', 'Calendars.ReadWrite'];
const readCalendarApp = [...readCalendar, 'Calendars.ReadBasic.All'];
const writeCalendar = ['Calendars.ReadWrite'];
const readDirectory = ['Directory.Read.All', 'Directory.ReadWrite.All'];
const readUsers = ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...readDirectory];
const readApplications = ['Application.Read.All', 'Application.ReadWrite.All', ...readDirectory];
const readGrants = ['DelegatedPermissionGrant.ReadWrite.All', ...readDirectory];
const readOrganization = ['Organization.Read.All', 'Organization.ReadWrite.All', 'User.Read.All', ...readDirectory];

export const operations = {
  'read me': {
    work: ['User.Read', 'User.ReadWrite', ...readUsers],
    personal: ['User.Read', 'User.ReadWrite'],
    application: readUsers,
    service: 'directory',
  },
  'read user': {
    work: ['User.Read', 'User.ReadWrite', ...readUsers],
    personal: ['User.Read', 'User.ReadWrite'],
    application: readUsers,
    service: 'directory',
  },
  'list users': { work: readUsers, personal: [], application: readUsers, service: 'directory' },
  'read organization': {
    work: ['User.Read', ...readOrganization],
    personal: [],
    application: readOrganization,
    service: 'directory',
  },
  'read applications': {
    work: readApplications,
    personal: [],
    application: [...readApplications, 'Application.ReadWrite.OwnedBy'],
    service: 'directory',
  },
  'read grants': { work: readGrants, personal: [], application: readGrants, service: 'directory' },
  'read calendar': {
    work: readCalendar,
    personal: readCalendar,
    application: readCalendarApp,
    service: 'exchange',
  },
  'write calendar': {
    work: writeCalendar,
    personal: writeCalendar,
    application: writeCalendar,
    service: 'exchange',
  },
  'read schedule': { work: readCalendar, personal: [], application: readCalendarApp, service: 'exchange' },
  'read mailbox settings': {
    work: ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
    personal: ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
    application: ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
    service: 'exchange',
  },
  'write mailbox settings': {
    work: ['MailboxSettings.ReadWrite'],
    personal: ['MailboxSettings.ReadWrite'],
    application: ['MailboxSettings.ReadWrite'],
    service: 'exchange',
  },
  'send mail': { work: ['Mail.Send'], personal: ['Mail.Send'], application: ['Mail.Send'], service: 'exchange' },
  'read online meeting': {
    work: ['OnlineMeetings.Read', 'OnlineMeetings.ReadWrite'],
    personal: [],
    application: ['OnlineMeetings.Read.All', 'OnlineMeetings.ReadWrite.All'],
    service: 'teams',
  },
  'write online meeting': {
    work: ['OnlineMeetings.ReadWrite'],
    personal: [],
    application: ['OnlineMeetings.ReadWrite.All'],
    service: 'teams',
  },
  'read recordings': {
    work: ['OnlineMeetingRecording.Read.All'],
    personal: [],
    application: ['OnlineMeetingRecording.Read.All'],
    service: 'teams',
  },
  'read transcripts': {
    work: ['OnlineMeetingTranscript.Read.All'],
    personal: [],
    application: ['OnlineMeetingTranscript.Read.All'],
    service: 'teams',
  },
  'read attendance': {
    work: ['OnlineMeetingArtifact.Read.All'],
    personal: [],
    application: ['OnlineMeetingArtifact.Read.All'],
    service: 'teams',
  },
  'read all recordings': {
    work: [],
    personal: [],
    application: ['OnlineMeetingRecording.Read.All'],
    service: 'teams',
  },
  'read all transcripts': {
    work: [],
    personal: [],
    application: ['OnlineMeetingTranscript.Read.All'],
    service: 'teams',
  },
  /** The table has no row for it; reading one's mailbox in any way is taken to be enough. */
  'translate ids': {
    work: [...readCalendar, 'Mail.Read', 'User.Read'],
    personal: [...readCalendar, 'Mail.Read', 'User.Read'],
    application: [...readCalendarApp, 'Mail.Read', 'User.Read.All'],
    service: 'exchange',
  },
  /** What is listened to decides who may; see subscription-resources.ts. */
  subscribe: { work: [], personal: [], application: [], service: 'notifications' },
} as const satisfies Record<string, Rule>;

/** Ids of permissions on Microsoft Graph's own service principal, for `appRoleAssignments`. */
export const graphAppRoles: Record<string, string> = {
  'User.ReadBasic.All': '97235f07-e226-4f63-ace3-39588e11d3a1',
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'Calendars.Read': '798ee544-9d2d-430c-a058-570e29e34338',
  'Calendars.ReadBasic.All': '8ba4a692-bc31-4128-9094-475872af8a53',
  'Calendars.ReadWrite': 'ef54d2bf-783f-4e0f-bca1-3210c0444d99',
  'MailboxSettings.Read': '40f97065-369a-49f4-947c-6a255697ae91',
  'Mail.Send': 'b633e1c5-b582-4048-a93e-9f11b44c7e96',
  'OnlineMeetings.Read.All': 'c1684f21-1984-47fa-9d61-2dc8c296bb70',
  'OnlineMeetings.ReadWrite.All': 'b8bb2037-6e08-44ac-a4ea-4674e010e2a4',
  'OnlineMeetingArtifact.Read.All': 'df01ed3b-eb61-4eca-9965-6b3d789751b2',
  'OnlineMeetingRecording.Read.All': 'a4a08342-c95d-476b-b943-97e100569c8d',
  'OnlineMeetingTranscript.Read.All': 'a4a80d8d-d283-4bd8-8504-555ec3870630',
  'VirtualAppointment.Read.All': 'd4f67ec2-59b5-4bdc-b4af-d78f6f9c1954',
  'AuditLog.Read.All': 'b0afded3-3588-46d8-8b3d-9842eff778da',
  'CallRecords.Read.All': '45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8',
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
  'Organization.Read.All': '498476ce-e0fe-48b0-b801-37ba7e2685c6',
};
