type Permission = {
  /** What the consent page says; absent where the permission does not exist in that form. */
  delegated?: string;
  application?: string;
  /** The delegated form needs an administrator. The application form always does. */
  adminOnly?: true;
};

/** The Graph permissions that the emulator knows, in the words of its consent page. */
const permissions: Record<string, Permission> = {
  'AppRoleAssignment.ReadWrite.All': {
    delegated: 'Grant permissions to apps, as you',
    application: 'Grant permissions to apps',
    adminOnly: true,
  },
  'Application.Read.All': {
    delegated: 'Read app registrations, as you',
    application: 'Read all app registrations',
    adminOnly: true,
  },
  'AuditLog.Read.All': { delegated: 'Read audit logs', application: 'Read all audit logs', adminOnly: true },
  'Calendars.Read': { delegated: 'Read your calendars', application: 'Read the calendars of every mailbox' },
  'Calendars.Read.Shared': { delegated: 'Read your calendars and those shared with you' },
  'Calendars.ReadBasic': {
    delegated: 'Read when you are busy, without details',
    application: 'Read when every mailbox is busy, without details',
    adminOnly: true,
  },
  'Calendars.ReadBasic.All': { application: 'Read when every mailbox is busy, without details' },
  'Calendars.ReadWrite': {
    delegated: 'Read and change your calendars',
    application: 'Read and change the calendars of every mailbox',
  },
  'Calendars.ReadWrite.Shared': { delegated: 'Read and change your calendars and those shared with you' },
  'CallRecords.Read.All': { application: 'Read all call records' },
  'Contacts.Read': { delegated: 'Read your contacts', application: 'Read the contacts of every mailbox' },
  'DelegatedPermissionGrant.ReadWrite.All': {
    delegated: 'Manage what apps may do for people, as you',
    application: 'Manage what apps may do for people',
    adminOnly: true,
  },
  'Directory.Read.All': { delegated: 'Read the directory', application: 'Read the directory', adminOnly: true },
  'Directory.ReadWrite.All': {
    delegated: 'Read and change the directory',
    application: 'Read and change the directory',
    adminOnly: true,
  },
  // Exchange docs: “Authenticate an EWS application by using OAuth”. The protocols are not emulated.
  'EAS.AccessAsUser.All': { delegated: 'Use Exchange ActiveSync as you' },
  'EWS.AccessAsUser.All': { delegated: 'Use Exchange Web Services as you' },
  'Mail.Read': { delegated: 'Read your mail', application: 'Read the mail of every mailbox' },
  'Mail.Send': { delegated: 'Send mail as you', application: 'Send mail as anybody' },
  'MailboxSettings.Read': {
    delegated: 'Read your mailbox settings',
    application: 'Read the settings of every mailbox',
  },
  'MailboxSettings.ReadWrite': {
    delegated: 'Read and change your mailbox settings',
    application: 'Read and change the settings of every mailbox',
  },
  'OnlineMeetingAiInsight.Read.All': {
    delegated: 'Read AI insights of your meetings',
    application: 'Read AI insights of all meetings',
    adminOnly: true,
  },
  'OnlineMeetingArtifact.Read.All': {
    delegated: 'Read who attended your meetings',
    application: 'Read who attended any meeting',
  },
  'OnlineMeetingRecording.Read.All': {
    delegated: 'Read recordings of your meetings',
    application: 'Read recordings of all meetings',
    adminOnly: true,
  },
  'OnlineMeetingTranscript.Read.All': {
    delegated: 'Read transcripts of your meetings',
    application: 'Read transcripts of all meetings',
    adminOnly: true,
  },
  'OnlineMeetings.Read': { delegated: 'Read your online meetings' },
  'OnlineMeetings.Read.All': { application: 'Read online meetings of approved organizers' },
  'OnlineMeetings.ReadWrite': { delegated: 'Read and make online meetings as you' },
  'OnlineMeetings.ReadWrite.All': { application: 'Read and make online meetings as approved organizers' },
  'Organization.Read.All': {
    delegated: 'Read the details of your organization',
    application: 'Read the details of the organization',
    adminOnly: true,
  },
  'Presence.Read.All': {
    delegated: 'See whether people are available',
    application: 'See whether people are available',
  },
  'User.Read': { delegated: 'Sign you in and read your profile' },
  'User.Read.All': {
    delegated: 'Read the full profiles of all people, as you',
    application: 'Read the full profiles of all people',
    adminOnly: true,
  },
  'User.ReadBasic.All': {
    delegated: 'Read the names and addresses of all people, as you',
    application: 'Read the names and addresses of all people',
  },
  'User.ReadWrite': { delegated: 'Read and change your profile' },
  'User.ReadWrite.All': {
    delegated: 'Read and change all profiles, as you',
    application: 'Read and change all profiles',
    adminOnly: true,
  },
  'VirtualAppointment.Read': { delegated: 'Read your virtual appointments', adminOnly: true },
  'VirtualAppointment.Read.All': { application: 'Read virtual appointments of approved organizers' },
  'VirtualAppointmentNotification.Send': {
    delegated: 'Send notifications about your virtual appointments',
    application: 'Send notifications about virtual appointments',
    adminOnly: true,
  },
};

/** OpenID Connect's own scopes, and what they let an app do. */
const openIdScopes: Record<string, string> = {
  openid: 'Sign you in',
  profile: 'See your name',
  email: 'See your e-mail address',
  offline_access: 'Keep the access that you give it, also when you are away',
};

const byLowerCase = new Map(
  [...Object.keys(permissions), ...Object.keys(openIdScopes)].map((name) => [name.toLowerCase(), name]),
);

/** The name as Microsoft spells it, for a delegated permission in any spelling. */
export function findDelegated(name: string): string | undefined {
  const spelled = byLowerCase.get(name.toLowerCase());
  if (spelled === undefined) return undefined;
  return isOpenId(spelled) || permissions[spelled]?.delegated !== undefined ? spelled : undefined;
}

/** Whether this is one of `openid`, `profile`, `email` and `offline_access`. */
export function isOpenId(scope: string): boolean {
  return scope in openIdScopes;
}

/** Whether a person who is no administrator may never grant this. */
export function needsAdministrator(scope: string): boolean {
  return permissions[scope]?.adminOnly === true;
}

/** What the permission allows, in words. */
export function describeDelegated(scope: string): string {
  return openIdScopes[scope] ?? permissions[scope]?.delegated ?? scope;
}

/** What the application permission allows, in words. */
export function describeApplication(role: string): string {
  return permissions[role]?.application ?? role;
}

/** Every permission that can be configured on an app registration, in one form or the other. */
export function permissionNames(form: 'delegated' | 'application'): string[] {
  return Object.keys(permissions).filter((name) => permissions[name]?.[form] !== undefined);
}
